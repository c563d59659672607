// Writes gemma/tokenizer.json and modern.json: the tokenizers of ModernBERT, T5, DeBERTa v2 and v3 and Gemma, with vocabularies of
// the tokenizers beside this file or of a small one made here, and what the tokenizers library of Hugging Face makes of texts then.
//
//     npm install tokenizers                                     (0.23.2, anywhere above this folder or in NODE_PATH)
//     node make_modern.mjs [stride] [file]
//
// Of corpus.mjs every stride-th text is taken (7), from another one on for each tokenizer. A file of all of them, "node
// make_modern.mjs 1 large.json", is too large for the repository; GENERATED_ENCODER_MODERN names it to the tests.
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { corpus, pairs } from "./corpus.mjs";

const { Tokenizer } = createRequire(path.join(process.env.NODE_PATH ?? process.cwd(), "x"))("tokenizers");
const here = import.meta.dirname, stride = Number(process.argv[2] ?? 7), target = path.resolve(process.argv[3] ?? path.join(here, "modern.json"));
const read = base => JSON.parse(fs.readFileSync(path.join(here, base, "tokenizer.json")));
const token = (id, content, more = {}) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true, ...more });
const plain = (id, content, normalized) => token(id, content, { normalized, special: false });

/** A template: words are special tokens, A and B the texts, and the number is the type. */
function template(ids, single, pair) {
  const slots = text => text.split(" ").map(slot => {
    const at = slot.lastIndexOf(":"), id = slot.slice(0, at), type_id = Number(slot.slice(at + 1));
    return id === "A" || id === "B" ? { Sequence: { id, type_id } } : { SpecialToken: { id, type_id } };
  });
  return { type: "TemplateProcessing", single: slots(single), pair: slots(pair), special_tokens: Object.fromEntries(Object.entries(ids).map(([id, number]) => [id, { id, ids: [number], tokens: [id] }])) };
}

/** Gemma: a BPE that SentencePiece might have trained, of words with the blank before them, and a few tokens with one inside. */
function gemma() {
  const counts = new Map();
  for (const text of corpus) for (const c of text.replaceAll(" ", "▁")) if (c >= " " && c !== "\u007F") counts.set(c, (counts.get(c) ?? 0) + 1);
  const characters = [...counts].filter(([, count]) => count > 8).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([c]) => c);
  const words = corpus.flatMap(text => text.replaceAll(" ", "▁").split(/(?=▁)/)).map(word => Array.from(word)).filter(word => word.length < 30);
  const known = new Set(characters), joined = [];
  while (joined.length < 420) {
    const neighbours = new Map();
    for (const word of words) for (let i = 0; i + 1 < word.length; i++) if (known.has(word[i]) && known.has(word[i + 1])) neighbours.set(word[i] + word[i + 1], [(neighbours.get(word[i] + word[i + 1])?.[0] ?? 0) + 1, word[i], word[i + 1]]);
    const [best, [, left, right]] = [...neighbours].sort((a, b) => b[1][0] - a[1][0] || (a[0] < b[0] ? -1 : 1))[0];
    joined.push(best);
    known.add(best);
    for (const word of words) for (let i = 0; i + 1 < word.length; i++) if (word[i] === left && word[i + 1] === right) word.splice(i, 2, best);
  }
  const specials = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "[multimodal]", ...Array.from({ length: 6 }, (_, i) => `<unused${i}>`), "<start_of_turn>", "<end_of_turn>"];
  const runs = [..."\n".repeat(12)].map((_, i) => "\n".repeat(i + 1)).concat([..."▁".repeat(14)].map((_, i) => "▁".repeat(i + 2))), tags = ["<table>", "</table>", "<h1>", "\t"];
  const bytes = Array.from({ length: 256 }, (_, b) => `<0x${b.toString(16).toUpperCase().padStart(2, "0")}>`);
  const normal = [...runs, ...joined, "s▁the", "▁the▁", "▁o", "of▁", "▁of▁the"].filter((piece, i, all) => all.indexOf(piece) === i);
  const vocabulary = [...new Set([...specials, ...runs, ...tags, ...bytes, ...normal, ...characters, "<image_soft_token>"])];
  const ids = Object.fromEntries(vocabulary.map((piece, id) => [piece, id]));
  // A pair for each way in which a piece can be made of two others, in the order of the pieces.
  const merges = normal.flatMap(piece => {
    const points = Array.from(piece);
    return points.slice(1).map((_, i) => [points.slice(0, i + 1).join(""), points.slice(i + 1).join("")]).filter(pair => pair.every(part => part in ids)).sort((a, b) => ids[a[0]] - ids[b[0]]);
  });
  return {
    version: "1.0", truncation: null, padding: null,
    added_tokens: [...specials.slice(0, 4).map((piece, id) => token(id, piece)), ...specials.slice(4, -2).map((piece, i) => plain(i + 4, piece, false)), ...specials.slice(-2).map(piece => token(ids[piece], piece)), ...[...runs, ...tags].map(piece => plain(ids[piece], piece, false)), token(ids["<image_soft_token>"], "<image_soft_token>")],
    normalizer: { type: "Replace", pattern: { String: " " }, content: "▁" },
    pre_tokenizer: { type: "Split", pattern: { String: " " }, behavior: "MergedWithPrevious", invert: false },
    post_processor: template({ "<bos>": 2, "<eos>": 1 }, "<bos>:0 A:0 <eos>:0", "<bos>:0 A:0 <eos>:0 <bos>:1 B:1 <eos>:1"),
    decoder: { type: "Sequence", decoders: [{ type: "Replace", pattern: { String: "▁" }, content: " " }, { type: "ByteFallback" }, { type: "Fuse" }] },
    model: { type: "BPE", dropout: null, unk_token: "<unk>", continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: true, byte_fallback: true, ignore_merges: false, vocab: ids, merges },
  };
}

fs.mkdirSync(path.join(here, "gemma"), { recursive: true });
fs.writeFileSync(path.join(here, "gemma", "tokenizer.json"), JSON.stringify(gemma()) + "\n");

/** ModernBERT's added tokens: two that the model has, and behind its pieces runs of blanks, placeholders, special and unused ones. */
const size = Object.keys(read("roberta").model.vocab).length;
let next = size;
const modernTokens = [
  plain(0, "|||IP_ADDRESS|||", true), token(1, "<|padding|>"), ...Array.from({ length: 23 }, (_, i) => plain(next++, " ".repeat(24 - i), true)),
  plain(next++, "|||EMAIL_ADDRESS|||", true), plain(next++, "|||PHONE_NUMBER|||", true), ...["<|endoftext|>", "[UNK]", "[CLS]", "[SEP]", "[PAD]"].map(piece => token(next++, piece)),
  token(next++, "[MASK]", { lstrip: true }), ...Array.from({ length: 12 }, (_, i) => plain(next++, `[unused${i}]`, true))];
const cls = size + 27, xlmr = read("xlm-roberta"), map = xlmr.normalizer.normalizers.find(step => step.type === "Precompiled");
const last = xlmr.model.vocab.length - 1, metaspace = { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true };
const t5 = {
  base: "xlm-roberta", rename: { "<s>": "<extra_id_1>", "<mask>": "<extra_id_0>" },
  set: {
    added_tokens: [token(0, "<extra_id_1>"), token(1, "<pad>"), token(2, "</s>"), token(3, "<unk>"), token(last, "<extra_id_0>")],
    normalizer: map, pre_tokenizer: { type: "Sequence", pretokenizers: [{ type: "WhitespaceSplit" }, { type: "Metaspace", replacement: "▁", add_prefix_space: true }] },
    post_processor: template({ "</s>": 2 }, "A:0 </s>:0", "A:0 </s>:0 B:0 </s>:0"), decoder: { type: "Metaspace", replacement: "▁", add_prefix_space: true },
  },
};
const gaps = ["a <extra_id_0> b <extra_id_1>", "<extra_id_0>", " <extra_id_1>  <extra_id_0> x ", "translate English to German: The house.", "a</s>b", "x  y   z", "\ta\n b \u00A0 c\u3000", "▁a ▁ b▁", " ", "a "];
const deberta = {
  base: "xlm-roberta", rename: { "<s>": "[CLS]", "<pad>": "[PAD]", "</s>": "[SEP]", "<unk>": "[UNK]", "<mask>": "[MASK]" },
  set: {
    added_tokens: [token(0, "[CLS]"), token(1, "[PAD]"), token(2, "[SEP]"), token(3, "[UNK]", { normalized: true }), token(last, "[MASK]")],
    normalizer: { type: "Sequence", normalizers: [{ type: "Strip", strip_left: true, strip_right: true }, map, { type: "Replace", pattern: { Regex: " {2,}" }, content: " " }] },
    pre_tokenizer: { type: "Sequence", pretokenizers: [metaspace] }, post_processor: template({ "[CLS]": 0, "[SEP]": 2 }, "[CLS]:0 A:0 [SEP]:0", "[CLS]:0 A:0 [SEP]:0 B:1 [SEP]:1"),
  },
};
const masks = ["a [MASK] b", "[MASK]", " [MASK] ", "[CLS] a[SEP]", "a [UNK] b", "  a  b  ", "  ", "\n a \n", " [MASK]  [MASK]x ", "﷐ \u200B x", "a\u00A0\u00A0b"];
const blanks = ["a  b", "a   b    c", " ".repeat(24), "x" + " ".repeat(50) + "y", "  a", "a  ", "def f(x):\n    return x\n\n\tpass", "a \n b", "▁▁", "a▁▁▁b", "\n\n\n", "x\n\n\n\ny", "a\r\n\r\nb"];
const bytes = ["\u0000", "\u0001\u0002", "\u{1F600}", "é\u0301", "\u{10FFFF}", "\uFFFD", "<0x41>", "<0x41>A", "ꙮꙮ", "龘a龘", "\u200D\u200D"];

// What ids become is not asked where a token's normalized name is another: version 0.23 writes that name, and no longer takes the token
// for a special one; versions before it wrote the token's own, as we do.
const variants = [
  {
    name: "ModernBERT", base: "roberta", rename: { "<s>": "|||IP_ADDRESS|||", "<pad>": "<|padding|>" },
    set: {
      added_tokens: modernTokens, normalizer: { type: "NFC" },
      post_processor: template({ "[CLS]": cls, "[SEP]": cls + 1 }, "[CLS]:0 A:0 [SEP]:0", "[CLS]:0 A:0 [SEP]:0 B:1 [SEP]:1"), decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    },
    texts: [...blanks, ...masks, "|||IP_ADDRESS|||", "mail |||EMAIL_ADDRESS||| or |||PHONE_NUMBER|||.", "||||IP_ADDRESS||||", "[unused0] [unused11][unused12]", "<|endoftext|> <|padding|>", "e\u0301 A\u030A 한국어 \u1100\u1161\u11A8", "a  [MASK]  b", "a\u00A0[MASK]b", "  |||IP_ADDRESS|||  "],
  },
  { name: "T5, first files", ...t5, texts: gaps },
  { name: "T5, later files", ...t5, set: { ...t5.set, pre_tokenizer: metaspace, decoder: metaspace }, texts: gaps },
  { name: "T5, as it is converted now", ...t5, set: { ...t5.set, normalizer: { type: "Sequence", normalizers: [map, { type: "Strip", strip_left: false, strip_right: true }, { type: "Replace", pattern: { Regex: " {2,}" }, content: "▁" }] }, pre_tokenizer: { ...metaspace, prepend_scheme: "first" }, decoder: metaspace }, texts: gaps },
  { name: "DeBERTa v3", ...deberta, texts: masks },
  { name: "DeBERTa v3 in lower case", decodes: false, ...deberta, set: { ...deberta.set, normalizer: { type: "Sequence", normalizers: [{ type: "Lowercase" }, ...deberta.set.normalizer.normalizers] }, pre_tokenizer: metaspace }, texts: [...masks, "The CAT", "ÀÉÎ İ"] },
  { name: "Gemma", base: "gemma", rename: {}, set: {}, texts: [...blanks, ...bytes, "<start_of_turn>user\nhello<end_of_turn>", "<h1>a</h1><table>", "task: search result | query: the cats of the mat", "title: none | text: a", "cats the of the of  the", "<bos> a <eos>", "<unused0><unused6> [multimodal] <mask>"] },
  { name: "Gemma without words", base: "gemma", rename: {}, set: { pre_tokenizer: null }, texts: [...blanks, ...bytes] },
  { name: "Gemma with blanks", base: "gemma", rename: {}, set: { normalizer: null }, texts: [...blanks, ...bytes] },
];

// Pieces in no order that a text has, and ids likewise: what merges join across words, halves of characters.
let state = 2026;
const random = n => (state = (state * 1103515245 + 12345) & 0x7fffffff) % n;
const some = (count, most, one) => Array.from({ length: count }, () => Array.from({ length: 1 + random(most) }, one));

const written = [];
for (const [at, { name, base, rename, set, texts, decodes = true }] of variants.entries()) {
  const json = { ...read(base), ...set }, renamed = piece => rename[piece] ?? piece;
  json.model.vocab = Array.isArray(json.model.vocab) ? json.model.vocab.map(([piece, score]) => [renamed(piece), score]) : Object.fromEntries(Object.entries(json.model.vocab).map(([piece, id]) => [renamed(piece), id]));
  const file = path.join(os.tmpdir(), "modern.tokenizer.json");
  fs.writeFileSync(file, JSON.stringify(json));
  const tokenizer = Tokenizer.fromFile(file);
  const encoded = async (text, second) => { const encoding = await tokenizer.encode(text, second); return { ids: encoding.getIds(), types: encoding.getTypeIds() }; };
  const rows = [], own = [], two = [];
  for (let i = at % stride; i < corpus.length; i += stride) {
    rows.push(`   ${JSON.stringify({ index: i, ids: (await encoded(corpus[i])).ids })}`);
  }
  const decoded = async ids => !decodes ? { ids } : ({ ids, decoded: await tokenizer.decode(ids, false), plain: await tokenizer.decode(ids, true) });
  const size = tokenizer.getVocabSize(true), readable = piece => piece.replaceAll(/[▁Ġ]/g, " ");
  for (const text of [...texts, ...some(20, 24, () => readable(tokenizer.idToToken(random(size)) ?? "")).map(all => all.join(""))]) {
    own.push(`   ${JSON.stringify({ text, ...await decoded((await encoded(text)).ids) })}`);
  }
  const loose = [];
  for (const ids of some(20, 10, () => random(base === "gemma" && random(2) ? 350 : size))) {
    loose.push(`   ${JSON.stringify(await decoded(ids))}`);
  }
  for (const [first, second] of pairs) {
    two.push(`   ${JSON.stringify({ first, second, ...await encoded(first, second) })}`);
  }
  // The character map stands in xlm-roberta's file already.
  const changes = JSON.stringify(set, (key, value) => value?.type === "Precompiled" ? { type: "Precompiled" } : value);
  written.push(` {"name": "${name}", "base": "${base}", "rename": ${JSON.stringify(rename)}, "set": ${changes},\n  "corpus": [\n${rows.join(",\n")}\n  ],\n  "texts": [\n${own.join(",\n")}\n  ],\n  "decoded": [\n${loose.join(",\n")}\n  ],\n  "pairs": [\n${two.join(",\n")}\n  ]}`);
}
fs.writeFileSync(target, `[\n${written.join(",\n")}\n]\n`);
