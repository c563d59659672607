// Writes special.json: small model folders whose files name added and special tokens in all the places where they can, at random, and the
// ids that texts have then. How transformers 4 puts the files together is written down below; the tokens are then added and found by
// the tokenizers library of Hugging Face.
//
//     npm install tokenizers                                     (0.23.2, anywhere above this folder or in NODE_PATH)
//     node make_special.mjs [how many [seed [file]]]
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const { Tokenizer, AddedToken } = createRequire(path.join(process.env.NODE_PATH ?? process.cwd(), "x"))("tokenizers");
const count = Number(process.argv[2] ?? 150), file = process.argv[4] ?? path.join(import.meta.dirname, "special.json");
let state = Number(process.argv[3] ?? 1);
const random = n => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return Math.floor(state / 4294967296 * n); };
const pick = list => list[random(list.length)];
const some = (list, odds = 2) => list.filter(() => random(odds) === 0);

const vocabulary = ["[PAD]", "[unused1]", "[unused2]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "<pad>", "<m>", "<c>", "[", "]", "<", ">", "e", "##e", "n", "##n", "t", "##t", "##1", "1", "lo", "##l", "lol", "cat",
  "##cat", "unused", "##unused", "mask", "m", "##m", "c", "##c", "p", "##p", "##a", "a", "##d", "d", "s", "##s", "##k", "u", "##u", "b", "new", "tok", "ab", "##b", "x"];
const roles = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];
const standard = { unk_token: "[UNK]", sep_token: "[SEP]", pad_token: "[PAD]", cls_token: "[CLS]", mask_token: "[MASK]" };

/** What transformers makes of the files of a BertTokenizerFast: the tokens to add, in their order, strings among them. */
function said(files) {
  const parse = name => files[name] === undefined ? undefined : JSON.parse(files[name]);
  const given = { ...parse("tokenizer_config.json") ?? {} };
  const flags = (t, special) => ({ single_word: false, lstrip: false, rstrip: false, normalized: !(special ?? t.special ?? false), special: special ?? false, ...t });
  for (const key of Object.keys(given)) {
    if (roles.includes(key) && given[key] && typeof given[key] === "object") given[key] = flags(given[key]);
    if (key === "additional_special_tokens") given[key] = given[key].map(t => typeof t === "object" ? flags(t) : t);
  }
  const byId = new Map(), byName = new Map(), name = t => typeof t === "string" ? t : t.content;
  if (given.added_tokens_decoder) {
    for (const [id, t] of Object.entries(given.added_tokens_decoder)) { byId.set(+id, flags(t)); byName.set(t.content, flags(t)); }
  } else {
    for (const [key, value] of Object.entries(parse("special_tokens_map.json") ?? {})) {
      if (key === "additional_special_tokens") {
        const all = [...given[key] ?? []];
        for (const t of value) if (!all.some(other => name(other) === name(t))) all.push(typeof t === "object" ? flags(t) : t);
        given[key] = all;
      } else {
        given[key] = typeof value === "object" ? { ...flags(value, true), special: true } : value;
      }
    }
    const special = new Set([...roles.filter(role => given[role]).map(role => name(given[role])), ...(given.additional_special_tokens ?? []).map(name)]);
    for (const [content, id] of Object.entries(parse("added_tokens.json") ?? {})) {
      const t = { content, single_word: false, lstrip: false, rstrip: false, normalized: !special.has(content), special: special.has(content) };
      byId.set(id, t); byName.set(content, t);
    }
    for (const { id, ...t } of parse("tokenizer.json")?.added_tokens ?? []) { byId.set(id, t); byName.set(t.content, t); }
  }
  const specials = [];
  for (const role of roles) {
    const token = given[role] === undefined ? standard[role] : given[role];
    if (token) specials.push(given[role] !== undefined && byName.has(name(token)) ? byName.get(name(token)) : token);
  }
  specials.push(...given.additional_special_tokens ?? []);
  return { given, byId, specials, name };
}

function load(files) {
  const { given, byId, specials, name } = said(files);
  const role = key => name(given[key] ?? standard[key]);
  const json = files["tokenizer.json"] ? JSON.parse(files["tokenizer.json"]) : {
    ...base(), added_tokens: [], post_processor: template(role("cls_token"), role("sep_token")),
    model: { ...base().model, unk_token: role("unk_token") },
  };
  const tokenizer = Tokenizer.fromString(JSON.stringify(json));
  const there = new Set(json.added_tokens.map(t => t.content));
  const add = t => {
    tokenizer.addAddedTokens([new AddedToken(t.content, t.special, { singleWord: t.single_word, leftStrip: t.lstrip, rightStrip: t.rstrip, normalized: t.normalized })]);
    there.add(t.content);
  };
  const names = new Set(specials.map(name));
  for (const [, t] of [...byId].sort((a, b) => a[0] - b[0])) add({ ...t, special: t.special || names.has(t.content) });
  for (const t of specials) {
    if (typeof t === "object") add({ ...t, special: true });
    else if (!there.has(t)) add({ content: t, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true });
  }
  return tokenizer;
}

const base = () => ({
  version: "1.0", truncation: null, padding: null, added_tokens: [],
  normalizer: { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
  pre_tokenizer: { type: "BertPreTokenizer" }, post_processor: template("[CLS]", "[SEP]"), decoder: null,
  model: { type: "WordPiece", unk_token: "[UNK]", continuing_subword_prefix: "##", max_input_chars_per_word: 100, vocab: Object.fromEntries(vocabulary.map((t, id) => [t, id])) },
});
function template(cls, sep) {
  const one = id => ({ SpecialToken: { id, type_id: 0 } }), text = { Sequence: { id: "A", type_id: 0 } }, known = t => ({ id: t, ids: [vocabulary.indexOf(t)], tokens: [t] });
  return { type: "TemplateProcessing", single: [one(cls), text, one(sep)], pair: [one(cls), text, one(sep), { Sequence: { id: "B", type_id: 1 } }, one(sep)], special_tokens: { [cls]: known(cls), [sep]: known(sep) } };
}

/** A folder: each token has its flags throughout, but is named in some files only. */
function folder() {
  const files = {}, config = { tokenizer_class: pick(["BertTokenizer", "BertTokenizerFast", "DistilBertTokenizer"]), do_lower_case: true }, map = {};
  const flagged = new Map();
  const flags = (content, special) => {
    if (!flagged.has(content)) flagged.set(content, { content, single_word: random(5) === 0, lstrip: random(4) === 0, rstrip: random(4) === 0, normalized: random(2) === 0, special });
    return flagged.get(content);
  };
  const own = ["[unused1]", "[unused2]", "[E1]", "<ent>", "New Tok", "LOL", "Äb", "[x]"];
  let id = vocabulary.length;
  const withJson = random(2) === 0, decoder = random(3) === 0;
  const ids = new Map();
  const place = content => { if (!ids.has(content)) ids.set(content, vocabulary.includes(content) ? vocabulary.indexOf(content) : id++); return ids.get(content); };
  const json = base(), all = Object.values(standard).map(t => { const f = { ...flags(t, true), special: true, normalized: false, single_word: false, lstrip: false, rstrip: false }; flagged.set(t, f); return f; });
  if (withJson) {
    const more = some(own, 3).map(t => flags(t, random(2) === 0));
    for (const t of [...random(4) ? all : some(all), ...more]) json.added_tokens.push({ id: place(t.content), ...t });
    files["tokenizer.json"] = JSON.stringify(json);
  } else {
    files["vocab.txt"] = vocabulary.join("\n") + "\n";
    if (random(3) === 0) { config.cls_token = "<c>"; flagged.set("<c>", { ...flags("<c>", true), normalized: false, single_word: false }); }
    if (random(3) === 0) config.mask_token = random(2) ? "<m>" : { __type: "AddedToken", ...flags("<m>", true), special: true };
  }
  const written = json.added_tokens.map(t => t.content);
  const additional = some(own.filter(t => !written.includes(t)), 3);
  if (decoder) {
    const entries = [...withJson ? json.added_tokens.map(({ id: _, ...t }) => t) : all, ...additional.filter(() => random(2) === 0).map(t => flags(t, true))];
    // Those that a later file adds come behind them.
    config.added_tokens_decoder = Object.fromEntries(entries.map(t => [place(t.content), t]));
  }
  const object = t => decoder && config.added_tokens_decoder[place(t)] ? t : random(2) ? t : { __type: "AddedToken", ...flags(t, true), special: true };
  if (decoder) {
    if (additional.length) config.additional_special_tokens = additional.map(object);
    if (random(2)) { if (additional.length) map.additional_special_tokens = additional; map.cls_token = config.cls_token ?? "[CLS]"; files["special_tokens_map.json"] = JSON.stringify(map); }
  } else {
    const here = some(additional);
    if (here.length) config.additional_special_tokens = here.map(object);
    const there = additional.filter(t => !here.includes(t) || random(3) === 0);
    if (there.length) map.additional_special_tokens = there.map(object);
    for (const role of ["unk_token", "sep_token", "pad_token"]) if (random(3) === 0) map[role] = random(2) ? standard[role] : { ...flags(standard[role], true) };
    if (random(5) === 0) config.eos_token = "[SEP]";
    if (Object.keys(map).length) files["special_tokens_map.json"] = JSON.stringify(map);
    if (random(3) === 0) {
      const added = own.filter(t => !written.includes(t) && !additional.includes(t)).slice(0, 1 + random(2));
      if (added.length) files["added_tokens.json"] = JSON.stringify(Object.fromEntries(added.map(t => [t, place(t)])));
    }
  }
  files["tokenizer_config.json"] = JSON.stringify(config);
  return files;
}

const words = [...["[unused1]", "[unused2]", "[E1]", "[e1]", "<ent>", "<ENT>", "New Tok", "new tok", "LOL", "lol", "Äb", "ab", "[x]", "[X]"], "[MASK]", "[mask]", "<m>", "<c>", "[CLS]", "[PAD]", "cat", "a", "LOLcat", "new", "  ", " ", "_", ", "];
const cases = [];
while (cases.length < count) {
  const files = folder();
  let tokenizer;
  // Ids that a file says and the library gives otherwise are another test's subject.
  try { tokenizer = load(files); } catch { continue; }
  const expected = JSON.parse(files["tokenizer_config.json"]).added_tokens_decoder ?? {};
  const added = JSON.parse(files["added_tokens.json"] ?? "{}");
  if (Object.entries(expected).some(([id, t]) => tokenizer.tokenToId(t.content) !== +id) || Object.entries(added).some(([t, id]) => tokenizer.tokenToId(t) !== id)) continue;
  const texts = [];
  for (let i = 0; i < 12; i++) {
    const text = Array.from({ length: 1 + random(5) }, () => pick(words)).join(pick(["", " ", " "]));
    texts.push({ text, ids: (await tokenizer.encode(text)).getIds() });
  }
  cases.push({ files, texts });
}
// What is the same in all folders stands there once.
const short = ({ files, texts }) => ({ files: { ...files, "vocab.txt": undefined, "tokenizer.json": undefined }, added: files["tokenizer.json"] && JSON.parse(files["tokenizer.json"]).added_tokens, texts });
fs.writeFileSync(file, `{\n "vocabulary": ${JSON.stringify(vocabulary)},\n "tokenizer.json": ${JSON.stringify(base())},\n "folders": [\n${cases.map(c => "  " + JSON.stringify(short(c))).join(",\n")}\n ]\n}\n`);
