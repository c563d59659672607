// Words as the encoder's vocabulary has them: the same rules as Quickstart/Vocabulary.cs, for what is shown while one types.

const SEPARATORS = /[\s,.!?;:"]+/;

export class Words {
  constructor(text) {
    this.all = text.split(/\r?\n/).filter(line => line.length > 0);
    this.known = new Set(this.all);
    this.plain = this.all.filter(word => word[0] !== "[");
  }

  get count() { return this.all.length; }

  split(text) { return text.toLowerCase().split(SEPARATORS).filter(word => word.length > 0); }

  /** What is wrong with a sentence, or null: { kind: "empty" | "long" | "unknown", ... }. */
  fault(text, maxTokens) {
    const words = this.split(text);
    if (words.length === 0) return { kind: "empty" };
    const unknown = [...new Set(words.filter(word => !this.known.has(word)))];
    if (unknown.length > 0) return { kind: "unknown", words: unknown.map(word => ({ word, close: this.closest(word) })) };
    return words.length + 2 > maxTokens ? { kind: "long", words: words.length, most: maxTokens - 2 } : null;
  }

  /** Known words that begin like it, then those of the fewest letters to change. */
  closest(word, count = 5) {
    const begin = word.length > 1 ? this.plain.filter(known => known.startsWith(word)).sort((a, b) => a.length - b.length).slice(0, 2) : [];
    const ranked = this.plain.map(known => [distance(known, word), known]).sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1));
    return [...new Set([...begin, ...ranked.slice(0, count).map(pair => pair[1])])].slice(0, count);
  }
}

/** Levenshtein's distance: the fewest letters to insert, delete or replace. */
export function distance(a, b) {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    const row = [i + 1];
    for (let j = 0; j < b.length; j++) {
      row.push(Math.min(row[j] + 1, previous[j + 1] + 1, previous[j] + (a[i] === b[j] ? 0 : 1)));
    }
    previous = row;
  }
  return previous[b.length];
}

/** Replaces a word of a text, whatever its case, leaving the rest as it was written. */
export function replaceWord(text, word, by) {
  return text.split(/([\s,.!?;:"]+)/).map(part => (part.toLowerCase() === word ? by : part)).join("");
}
