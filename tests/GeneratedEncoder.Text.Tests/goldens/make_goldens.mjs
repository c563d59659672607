// Writes the tokenizers and goldens beside this file: token ids and character offsets of corpus.mjs, computed by the
// tokenizers library of Hugging Face.
//
//     npm install tokenizers                                     (0.23.2, anywhere above this folder or in NODE_PATH)
//     SPM=<folder of SentencePiece's spm_train> node make_goldens.mjs [folder of real tokenizers]
//
// The small tokenizers are made here, from the corpus. A folder of real ones, such as shared/models beside the repository, adds
// goldens of those; the tokenizers themselves stay where they are.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { corpus, pairs } from "./corpus.mjs";

const { Tokenizer } = createRequire(path.join(process.env.NODE_PATH ?? process.cwd(), "x"))("tokenizers");
const here = import.meta.dirname;
const write = (file, text) => { fs.mkdirSync(path.dirname(path.join(here, file)), { recursive: true }); fs.writeFileSync(path.join(here, file), text); };
const json = value => JSON.stringify(value, null, 1) + "\n";

/** Offsets in UTF-16 units; the library's are in code points. */
function utf16(text, [start, end]) {
  const points = Array.from(text);
  const length = n => points.slice(0, n).join("").length;
  return [length(start), length(end)];
}

async function golden(name, tokenizerJson) {
  const file = path.join(os.tmpdir(), `${name}.tokenizer.json`);
  fs.writeFileSync(file, tokenizerJson);
  const tokenizer = Tokenizer.fromFile(file);
  tokenizer.disableTruncation();
  tokenizer.disablePadding();
  const texts = [];
  for (const text of corpus) {
    const encoding = await tokenizer.encode(text);
    texts.push({ text, ids: encoding.getIds(), offsets: encoding.getOffsets().flatMap(range => utf16(text, range)) });
  }
  const two = [];
  for (const [first, second] of pairs) {
    const encoding = await tokenizer.encode(first, second);
    two.push({ first, second, ids: encoding.getIds(), types: encoding.getTypeIds() });
  }
  const cut = [];
  for (const [maxTokens, direction] of [[8, "right"], [8, "left"], [11, "right"], [6, "left"]]) {
    for (const strategy of ["LongestFirst", "OnlySecond"]) {
      tokenizer.setTruncation(maxTokens, { direction, strategy });
      for (const [first, second] of [["one two three four five", "six seven"], ["one two", "three four five six seven eight"], ["one two three four", "five six seven eight"], ["The cat sat", "on the mat because it was tired."]]) {
        let ids = null;  // Where the second text alone cannot be cut far enough.
        try { ids = (await tokenizer.encode(first, second)).getIds(); } catch { }
        cut.push({ maxTokens, direction, strategy, first, second, ids });
      }
    }
  }
  const lines = (rows) => rows.map(row => "  " + JSON.stringify(row)).join(",\n");
  write(`${name}.json`, `{\n "texts": [\n${lines(texts)}\n ],\n "pairs": [\n${lines(two)}\n ],\n "truncated": [\n${lines(cut)}\n ]\n}\n`);
}

const special = (content, id, more = {}) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true, ...more });
const template = (cls, sep, clsId, sepId, middle, secondType) => {
  const one = (id, type) => ({ SpecialToken: { id, type_id: type } }), sequence = (id, type) => ({ Sequence: { id, type_id: type } });
  return {
    type: "TemplateProcessing",
    single: [one(cls, 0), sequence("A", 0), one(sep, 0)],
    pair: [one(cls, 0), sequence("A", 0), ...Array(middle).fill(one(sep, 0)), sequence("B", secondType), one(sep, secondType)],
    special_tokens: { [cls]: { id: cls, ids: [clsId], tokens: [cls] }, [sep]: { id: sep, ids: [sepId], tokens: [sep] } },
  };
};

/** The most frequent pieces of the corpus' words, and every character. */
function pieces(words, count) {
  const frequency = new Map();
  for (const word of words) {
    const points = Array.from(word);
    for (let start = 0; start < points.length; start++) {
      for (let length = 1; length <= 8 && start + length <= points.length; length++) {
        const piece = (start > 0 ? "##" : "") + points.slice(start, start + length).join("");
        frequency.set(piece, (frequency.get(piece) ?? 0) + length);
      }
    }
  }
  return [...frequency].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, count).map(([piece]) => piece);
}

async function wordPiece(name, lowercase, strip, withJson) {
  const normal = text => { let t = text.replace(/[\u4E00-\u9FFF]/gu, " $& ").replace(/(\p{P}|[$+<=>^`|~])/gu, " $1 "); if (strip) t = t.normalize("NFD").replace(/\p{Mn}/gu, ""); return lowercase ? t.toLowerCase() : t; };
  const words = corpus.flatMap(text => normal(text).split(/\s+/)).filter(word => word.length > 0 && word.length < 30);
  const vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ...pieces(words, 900)];
  const tokenizer = {
    version: "1.0",
    truncation: { direction: "Right", max_length: 12, strategy: "LongestFirst", stride: 0 },
    padding: { strategy: { Fixed: 12 }, direction: "Right", pad_to_multiple_of: null, pad_id: 0, pad_type_id: 0, pad_token: "[PAD]" },
    added_tokens: vocabulary.slice(0, 5).map((token, id) => special(token, id)),
    normalizer: { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, strip_accents: strip === lowercase ? null : strip, lowercase },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: template("[CLS]", "[SEP]", 2, 3, 1, 1),
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: { type: "WordPiece", unk_token: "[UNK]", continuing_subword_prefix: "##", max_input_chars_per_word: 100, vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])) },
  };
  if (withJson) {
    write(`${name}/tokenizer.json`, json(tokenizer));
  } else {
    write(`${name}/vocab.txt`, vocabulary.join("\n") + "\n");
    write(`${name}/tokenizer_config.json`, json({ do_lower_case: lowercase, strip_accents: strip === lowercase ? null : strip, tokenize_chinese_chars: true, tokenizer_class: "BertTokenizer", model_max_length: 512 }));
  }
  await golden(name, JSON.stringify(tokenizer));
}

/** RoBERTa: byte pairs, merged most frequent first. */
async function roberta(name) {
  const printable = [...Array(94).keys()].map(i => i + 33).concat([...Array(12).keys()].map(i => i + 161), [...Array(82).keys()].map(i => i + 174));
  const byteChar = Array(256); let next = 256;
  for (let b = 0; b < 256; b++) byteChar[b] = String.fromCodePoint(printable.includes(b) ? b : next++);
  const split = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;
  const words = corpus.flatMap(text => text.match(split) ?? []).map(word => Array.from(Buffer.from(word, "utf8"), b => byteChar[b]));
  const merges = [];
  while (merges.length < 500) {
    const counts = new Map();
    for (const word of words) for (let i = 0; i + 1 < word.length; i++) { const pair = word[i] + " " + word[i + 1]; counts.set(pair, (counts.get(pair) ?? 0) + 1); }
    const [best] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0];
    merges.push(best);
    const [left, right] = best.split(" ");
    for (const word of words) for (let i = 0; i + 1 < word.length; i++) if (word[i] === left && word[i + 1] === right) word.splice(i, 2, left + right);
  }
  const tokens = ["<s>", "<pad>", "</s>", "<unk>", ...byteChar, ...merges.map(merge => merge.replace(" ", "")), "<mask>"];
  const vocabulary = Object.fromEntries([...new Set(tokens)].map((token, id) => [token, id]));
  const tokenizer = {
    version: "1.0", truncation: null, padding: null,
    added_tokens: ["<s>", "<pad>", "</s>", "<unk>", "<mask>"].map(token => special(token, vocabulary[token], token === "<mask>" ? { lstrip: true } : {})),
    normalizer: null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: { type: "RobertaProcessing", sep: ["</s>", 2], cls: ["<s>", 0], trim_offsets: true, add_prefix_space: false },
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: "BPE", dropout: null, unk_token: null, continuing_subword_prefix: "", end_of_word_suffix: "", fuse_unk: false, byte_fallback: false, vocab: vocabulary, merges },
  };
  write(`${name}/tokenizer.json`, json(tokenizer));
  await golden(name, JSON.stringify(tokenizer));
  // The same from the two files that came before tokenizer.json.
  write(`${name}-files/vocab.json`, JSON.stringify(vocabulary) + "\n");
  write(`${name}-files/merges.txt`, "#version: 0.2\n" + merges.join("\n") + "\n");
  write(`${name}-files/tokenizer_config.json`, json({ tokenizer_class: "RobertaTokenizer", add_prefix_space: false, model_max_length: 512 }));
}

/** Pieces, scores and the character map of a SentencePiece model file. */
function readModel(bytes) {
  const fields = bytes => {
    const found = []; let at = 0;
    const varint = () => { let value = 0, shift = 1; for (;;) { const b = bytes[at++]; value += (b & 127) * shift; shift *= 128; if (b < 128) return value; } };
    while (at < bytes.length) {
      const key = varint(), number = key >> 3, kind = key & 7;
      if (kind === 0) found.push([number, varint()]);
      else if (kind === 5) { found.push([number, bytes.readFloatLE(at)]); at += 4; }
      else if (kind === 2) { const length = varint(); found.push([number, bytes.subarray(at, at + length)]); at += length; }
    }
    return found;
  };
  const model = fields(bytes);
  const vocab = model.filter(([n]) => n === 1).map(([, piece]) => { const f = Object.fromEntries(fields(piece)); return [f[1].toString("utf8"), f[2] ?? 0]; });
  const normalizer = Object.fromEntries(fields(model.find(([n]) => n === 3)[1]));
  return { vocab, charsmap: normalizer[2].toString("base64") };
}

/** XLM-R: a Unigram model that SentencePiece trains, with a few rules of NFKC. */
async function xlmr(name) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "spm-"));
  const lines = corpus.filter(text => text.trim() && !/[\n\r\0]/.test(text));
  fs.writeFileSync(path.join(folder, "corpus.txt"), lines.join("\n") + "\n");
  const rules = [["A0", "20"], ["9", "20"], ["A", "20"], ["D", "20"], ["3000", "20"], ["2009", "20"], ["FB01", "66 69"], ["FB02", "66 6C"], ["FB03", "66 66 69"], ["65 301", "E9"], ["41 30A", "C5"], ["2026", "2E 2E 2E"], ["BD", "31 2044 32"], ["AD", ""], ["200B", "20"], ["FEFF", "20"], ["7", ""], ["1B", ""], ["7F", ""],
    ...[...Array(94).keys()].map(i => [(0xFF01 + i).toString(16), (0x21 + i).toString(16)])];
  fs.writeFileSync(path.join(folder, "rules.tsv"), rules.map(rule => rule.join("\t")).join("\n") + "\n");
  execFileSync(path.join(process.env.SPM, "spm_train"), [`--input=${folder}/corpus.txt`, `--model_prefix=${folder}/m`, "--vocab_size=900", "--character_coverage=0.98", `--normalization_rule_tsv=${folder}/rules.tsv`, "--model_type=unigram", "--num_threads=1", "--hard_vocab_limit=false", "--bos_id=1", "--eos_id=2", "--unk_id=0"], { stdio: "ignore" });
  const { vocab, charsmap } = readModel(fs.readFileSync(path.join(folder, "m.model")));
  const all = [["<s>", 0], ["<pad>", 0], ["</s>", 0], ["<unk>", 0], ...vocab.slice(3), ["<mask>", 0]];
  const tokenizer = {
    version: "1.0", truncation: null, padding: null,
    added_tokens: ["<s>", "<pad>", "</s>", "<unk>", "<mask>"].map(token => special(token, all.findIndex(([piece]) => piece === token), token === "<mask>" ? { lstrip: true } : {})),
    normalizer: { type: "Sequence", normalizers: [{ type: "Precompiled", precompiled_charsmap: charsmap }, { type: "Replace", pattern: { Regex: " {2,}" }, content: " " }] },
    pre_tokenizer: { type: "Sequence", pretokenizers: [{ type: "WhitespaceSplit" }, { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true }] },
    post_processor: template("<s>", "</s>", 0, 2, 2, 0),
    decoder: { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
    model: { type: "Unigram", unk_id: 3, vocab: all, byte_fallback: false },
  };
  write(`${name}/tokenizer.json`, JSON.stringify(tokenizer) + "\n");
  await golden(name, JSON.stringify(tokenizer));
}

await wordPiece("uncased", true, true, true);
await wordPiece("cased", false, false, false);
await wordPiece("lower-accented", true, false, false);
await roberta("roberta");
await xlmr("xlm-roberta");
for (const folder of process.argv.slice(2)) {
  await golden(`real-${path.basename(folder)}`, fs.readFileSync(path.join(folder, "tokenizer.json"), "utf8"));
}
