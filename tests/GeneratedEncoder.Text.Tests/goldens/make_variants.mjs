// Writes variants.json: the tokenizers beside this file with some of their settings changed, and what the tokenizers library of
// Hugging Face makes of texts then.
//
//     npm install tokenizers                                     (0.23.2, anywhere above this folder or in NODE_PATH)
//     node make_variants.mjs
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

const { Tokenizer } = createRequire(path.join(process.env.NODE_PATH ?? process.cwd(), "x"))("tokenizers");
const here = import.meta.dirname;
const read = base => JSON.parse(fs.readFileSync(path.join(here, base, "tokenizer.json")));
const map = read("xlm-roberta").normalizer.normalizers.find(step => step.type === "Precompiled");

// Characters whose class is another in Unicode 8, which the library knows, than in later versions; a slip in its Chinese blocks.
const between = (...codes) => codes.map(code => `a${String.fromCodePoint(code)}b`);
const ages = between(
  0x8D3, 0x8D4, 0x61D, 0x9FD, 0x9FE, 0x9FF, 0xD3B, 0x1DF5, 0x1DF6, 0x1DFB, 0x1DFC, 0x2E42, 0x2E43, 0x2E5D, 0x890, 0x110BD, 0x110CD, 0x111C9,
  0x166D, 0x1734, 0x1171E, 0x1E8D6, 0x1E944, 0x2B81F, 0x2B820, 0x2B91F, 0x2B920, 0x2CEAF, 0x2CEB0, 0x180E, 0x200B, 0xE0041, 0x301, 0x20E3, 0x93F);
const blanks = [
  "", " ", "  ", "\n", "a", " a", "a ", "  a  ", "\na", "\n\na", "\t a", "a\n", "a  b", "a   b ", "'s", "'ll go", " 's", "a 's", "<mask>", " <mask> ", "a <mask> b",
  "<mask> 's", "</s> a", "1", "!", " !", "\u00A0a", "a\u3000", "\u2581a", "one  two   three", "one \u2581 two", "Café  au lait\r\n"];

const variants = [
  { base: "uncased", set: {}, texts: ages },
  { base: "uncased", set: { normalizer: { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, strip_accents: false, lowercase: false } }, texts: ages },
  { base: "roberta", set: { pre_tokenizer: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true } }, texts: blanks },
  {
    base: "xlm-roberta", texts: blanks,
    set: { normalizer: { type: "Sequence", normalizers: [map, { type: "Strip", strip_left: false, strip_right: true }, { type: "Replace", pattern: { Regex: " {2,}" }, content: "\u2581" }] }, pre_tokenizer: { type: "Metaspace", replacement: "\u2581", prepend_scheme: "always", split: true } },
  },
  {
    base: "xlm-roberta", texts: [...blanks, ...between(0x301, 0x93F, 0x903, 0x20E3, 0x488, 0xE9, 0xFB01), "``a''", "ÀÉÎ ﬁ ½"],
    set: { normalizer: { type: "Sequence", normalizers: [{ type: "Replace", pattern: { String: "``" }, content: "\"" }, { type: "Replace", pattern: { String: "''" }, content: "\"" }, { type: "NFKD" }, { type: "StripAccents" }, { type: "Lowercase" }, map] } },
  },
];

const written = [];
for (const { base, set, texts } of variants) {
  const file = path.join(os.tmpdir(), "variant.tokenizer.json");
  fs.writeFileSync(file, JSON.stringify({ ...read(base), ...set }));
  const tokenizer = Tokenizer.fromFile(file);
  tokenizer.disableTruncation();
  tokenizer.disablePadding();
  const rows = [];
  for (const text of texts) {
    rows.push("   " + JSON.stringify({ text, ids: (await tokenizer.encode(text)).getIds() }));
  }
  // The character map stands in xlm-roberta's file already.
  const changes = JSON.stringify(set, (key, value) => value?.type === "Precompiled" ? { type: "Precompiled" } : value);
  written.push(` {"base": "${base}", "set": ${changes}, "texts": [\n${rows.join(",\n")}\n ]}`);
}
fs.writeFileSync(path.join(here, "variants.json"), `[\n${written.join(",\n")}\n]\n`);
