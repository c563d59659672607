// Writes decoded.json: what the tokenizers library of Hugging Face makes of token ids, by the tokenizers beside this file and some
// of their decoders' settings changed.
//
//     npm install tokenizers                                     (0.23.2, anywhere above this folder or in NODE_PATH)
//     node make_decoded.mjs
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { corpus } from "./corpus.mjs";

const { Tokenizer } = createRequire(path.join(process.env.NODE_PATH ?? process.cwd(), "x"))("tokenizers");
const here = import.meta.dirname;
const read = base => JSON.parse(fs.readFileSync(path.join(here, base, "tokenizer.json")));

// What WordPiece's clean-up joins.
const apart = ["do not", "I do n't", "it 's , I 've . we 're ! I 'm ? ' ok '", "they don't, we can't: \"I'll\"", "a ' b", "a'b", " . ", "...", "hello , world"];
const marked = ["▁", "▁▁a", "a▁b", "▁a ▁b"];

const variants = [
  { base: "uncased", set: {}, texts: [...corpus, ...apart] },
  { base: "uncased", set: { decoder: { type: "WordPiece", prefix: "##", cleanup: false } }, texts: apart },
  { base: "uncased", set: { decoder: { type: "WordPiece", prefix: "#", cleanup: true } }, texts: apart },
  { base: "uncased", set: { decoder: null }, texts: apart },
  { base: "roberta", set: {}, texts: [...corpus, ...apart] },
  { base: "xlm-roberta", set: {}, texts: [...corpus, ...apart, ...marked] },
  { base: "xlm-roberta", set: { decoder: { type: "Metaspace", replacement: "▁", prepend_scheme: "never", split: true } }, texts: [...apart, ...marked] },
  { base: "xlm-roberta", set: { decoder: { type: "Metaspace", replacement: "▁", prepend_scheme: "first", split: true } }, texts: [...apart, ...marked] },
  { base: "xlm-roberta", set: { decoder: { type: "Metaspace", replacement: "_", prepend_scheme: "always", split: true } }, texts: [...apart, ...marked] },
];

// Ids in no order that a text has: pieces that continue nothing, halves of characters.
let state = 2026;
const next = n => (state = (state * 1103515245 + 12345) & 0x7fffffff) % n;

const written = [];
for (const { base, set, texts } of variants) {
  const file = path.join(os.tmpdir(), "decoded.tokenizer.json");
  fs.writeFileSync(file, JSON.stringify({ ...read(base), ...set }));
  const tokenizer = Tokenizer.fromFile(file);
  tokenizer.disableTruncation();
  tokenizer.disablePadding();
  const size = tokenizer.getVocabSize(true), all = [];
  for (const text of texts) {
    all.push((await tokenizer.encode(text)).getIds());
  }
  all.push([], ...Array.from({ length: 60 }, () => Array.from({ length: 1 + next(12) }, () => next(size))));
  const rows = [];
  for (const ids of all) {
    rows.push("   " + JSON.stringify({ ids, tokens: ids.map(id => tokenizer.idToToken(id)), text: await tokenizer.decode(ids, false), plain: await tokenizer.decode(ids, true) }));
  }
  written.push(` {"base": "${base}", "set": ${JSON.stringify(set)}, "rows": [\n${rows.join(",\n")}\n ]}`);
}
fs.writeFileSync(path.join(here, "decoded.json"), `[\n${written.join(",\n")}\n]\n`);
