// Writes patterns.json: patterns of Replace normalizers, and what the tokenizers library of Hugging Face (Oniguruma) makes of texts with
// them; and ../../../runtime/GeneratedEncoder.Text/Normalization/categories.txt, the general category of every character as it has them.
//
//     npm install tokenizers                                     (0.23.2, anywhere above this folder or in NODE_PATH)
//     node make_patterns.mjs [how many random patterns [seed [file]]]
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const { Tokenizer } = createRequire(path.join(process.env.NODE_PATH ?? process.cwd(), "x"))("tokenizers");
const here = import.meta.dirname;
const count = Number(process.argv[2] ?? 250), file = process.argv[4] ?? path.join(here, "patterns.json");
let state = Number(process.argv[3] ?? 1);
const random = n => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return Math.floor(state / 4294967296 * n); };
const pick = list => list[random(list.length)];

const replace = Regex => Tokenizer.fromString(JSON.stringify({
  added_tokens: [], normalizer: { type: "Replace", pattern: { Regex }, content: "-" },
  model: { type: "WordPiece", unk_token: "u", continuing_subword_prefix: "##", max_input_chars_per_word: 100, vocab: { u: 0 } },
})).getNormalizer();

// All characters, but for surrogates.
const points = [...Array(0x110000).keys()].filter(c => c < 0xD800 || c > 0xDFFF);
function members(set) {
  const normalizer = replace(set), found = new Uint8Array(0x110000);
  for (let i = 0; i < points.length; i += 4096) {
    const part = points.slice(i, i + 4096);
    const kept = new Set(Array.from(normalizer.normalizeString(part.map(c => String.fromCodePoint(c)).join(""))));
    // The hyphen stands for what was found; whether it is in the set itself is asked for alone.
    for (const c of part) found[c] = c === 45 ? 0 : kept.has(String.fromCodePoint(c)) ? 0 : 1;
  }
  found[45] = normalizer.normalizeString("a-") === "a-" && !isIn(set) ? 0 : isIn(set) ? 1 : 0;
  return found;
}
const isIn = set => Tokenizer.fromString(JSON.stringify({
  added_tokens: [], normalizer: { type: "Replace", pattern: { Regex: set }, content: "" },
  model: { type: "WordPiece", unk_token: "u", continuing_subword_prefix: "##", max_input_chars_per_word: 100, vocab: { u: 0 } },
})).getNormalizer().normalizeString("-") === "";

const categories = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Co Cn".split(" ");
const of = Array(0x110000).fill("Cs");
for (const category of categories) members(`\\p{${category}}`).forEach((is, c) => { if (is) of[c] = category; });
fs.writeFileSync(
  path.join(here, "../../../runtime/GeneratedEncoder.Text/Normalization/categories.txt"),
  of.map((category, c) => c > 0 && of[c - 1] === category ? "" : `${c.toString(16).toUpperCase()} ${category}\n`).join(""));

const sets = ["\\s", "\\d", "\\w", "\\W", "\\h", ".", "[^a]", "[^\\w]", "[[:^punct:]]", "\\p{^Lu}",
  ...["space", "blank", "cntrl", "xdigit", "ascii", "digit", "punct", "word", "graph", "print"].map(name => `[[:${name}:]]`),
  ...["L", "P", "C", "Mn"].map(name => `\\p{${name}}`)].map(set => {
    let hash = 0, size = 0;
    members(set).forEach((is, c) => { if (is && (c < 0xD800 || c > 0xDFFF)) { size++; hash = (Math.imul(hash, 31) + c) >>> 0; } });
    return { set, size, hash };
  });

const letters = ["a", "b", "c", "A", " ", "-", ",", "1", "\n", "é", "中", "\u0301", "😀", "𝒳", "_"];
const text = () => Array.from({ length: random(12) }, () => pick(letters)).join("");
const character = () => pick([
  () => pick(["a", "b", "c", "A", " ", ",", "1", "é", "中", "😀", "_", "\n", "-"]), () => pick(["a", "b"]), () => pick(["a", "b"]),
  () => ".", () => pick(["\\s", "\\S", "\\d", "\\D", "\\w", "\\W", "\\h", "\\H", "\\n", "\\.", "\\-", "\\,", "\\x41", "\\x{1F600}", "\\u4e2d", "\\p{L}", "\\P{L}", "\\p{^Mn}", "\\p{So}"]),
  () => "[" + pick(["", "", "^"]) + Array.from({ length: 1 + random(3) }, () => pick(["a", "b", "1", "a-c", "A-z", "\\s", "\\w", "\\D", "[:punct:]", "[:^space:]", "[:word:]", "\\n", "é-中", "😀", "\\p{Ll}", "\\x41-\\x43", "&", ".", "$", "\\]", "\\-", "^"])).join("").replace(/^\^/, "\\^").replace(/&+/g, "&") + pick(["", "", "", "-"]) + "]",
])();
const place = () => pick(["^", "$", "\\A", "\\z", "\\Z"]);
// [the pattern, whether it can match nothing]; a quantifier takes only what can't.
function piece(depth) {
  if (random(9) === 0) return [place(), true];
  let [inner, empty] = depth > 0 && random(3) === 0 ? group(depth - 1) : [character(), false];
  if (!empty && random(3) === 0) {
    const [quantifier, zero] = pick([["*", 1], ["+", 0], ["?", 1], ["{2}", 0], ["{1,}", 0], ["{2,3}", 0], ["{0,2}", 1], ["{,2}", 1], ["*?", 1], ["+?", 0], ["??", 1], ["{1,2}?", 0], ["{2,}?", 0]]);
    return [inner + quantifier, !!zero];
  }
  return [inner, empty];
}
function sequence(depth) {
  const parts = Array.from({ length: 1 + random(3) }, () => piece(depth));
  return [parts.map(([p]) => p).join(""), parts.every(([, empty]) => empty)];
}
function choice(depth) {
  const parts = Array.from({ length: random(3) === 0 ? 2 + random(2) : 1 }, () => sequence(depth));
  return [parts.map(([p]) => p).join("|"), parts.some(([, empty]) => empty)];
}
function group(depth) { const [p, empty] = choice(depth); return [(random(2) ? "(" : "(?:") + p + ")", empty]; }

const written = [
  "[[:punct:]]", "^\\s*#+", " {2,}", "\\s+", "[\\r\\n]+", "^a", "a$", "b$", "\\n^", "\\Aa", "a\\z", "a\\Z", "(a|ab)(c|bcd)", "a{2}", "a{,2}b", "a+?", "a??b", "(a+)+$", "[^\\x00-\\x7F]",
  "``|''", "[\\u4e00-\\u9fff]", "\\p{Mn}+", "[^\\p{L}\\p{N} ]", "(?:^|,)a", "[a-]", "[-a]", "a]", "}", "[&]", "[\\w-]", "\\\\", "[\\\\a]", "[[:^punct:]]+", ".+", "a.b", "[#]", "(?:ab|a)(?:bc|c)?"];
const extra = ["## title\n## sub", "a-b, c!$5", "aaa", "ab\nb\n", "a\n", "abcd", "``a''", "  a   b ", "a😀b\u0301c", "\\a]}", ""];
const patterns = [];
for (let i = 0; i < written.length + count;) {
  const [pattern, empty] = i < written.length ? [written[i], false] : choice(2);
  if (empty) continue;
  i++;
  const normalizer = replace(pattern);
  const texts = [...(i <= written.length ? extra : []), ...Array.from({ length: 8 }, text)];
  patterns.push({ pattern, texts, replaced: texts.map(t => normalizer.normalizeString(t)) });
}
const lines = rows => rows.map(row => "  " + JSON.stringify(row)).join(",\n");
fs.writeFileSync(file, `{\n "sets": [\n${lines(sets)}\n ],\n "patterns": [\n${lines(patterns)}\n ]\n}\n`);
