// What is chosen, and the same as the page's address: a link shows what its sender saw.

const TIRED = "The cat sat on the mat because it was tired", DIRTY = "The cat sat on the mat because it was dirty";
const RIVER = "he sat on the bank of the river", MONEY = "she deposited the money at the bank";

/** Sentences to try; the head of the last layer and the word that show something, and a sentence to compare with. */
export const EXAMPLES = [
  { text: TIRED, head: 0, word: 8, partner: DIRTY },
  { text: DIRTY, head: 0, word: 8, partner: TIRED },
  { text: "Transformers are amazing", head: 2, word: 3, partner: "transformers are fast" },
  { text: RIVER, head: 1, word: 2, partner: MONEY },
  { text: MONEY, head: 1, word: 2, partner: RIVER },
  { text: "the trophy did not fit in the suitcase because it was too big", head: 0, word: 10, partner: "the trophy did not fit in the suitcase because it was too small" },
];

export const BANKS = [
  { word: "bank", text: "he sat on the bank of the river" },
  { word: "shore", text: "he fished from the shore of the lake" },
  { word: "bank", text: "she deposited the money at the bank" },
  { word: "lender", text: "the student paid the debt to the lender" },
];

const DEFAULTS = { text: TIRED, second: null, layer: 1, head: 0, word: null, direction: "at", special: true, uses: BANKS };

const whole = (value, most) => (/^\d+$/.test(value ?? "") && Number(value) <= most ? Number(value) : null);

/** Reads an address's fragment; what can't be understood is left at what it is by default. */
export function parse(fragment) {
  const query = new URLSearchParams(fragment.replace(/^#/, ""));
  const state = { ...DEFAULTS };
  if (query.has("s")) state.text = query.get("s");
  if (query.has("t")) state.second = query.get("t");
  const layer = whole(query.get("layer"), 2), head = query.get("head");
  if (layer > 0) state.layer = layer - 1;
  if (head === "mean") state.head = "mean";
  else if (whole(head, 4) > 0) state.head = Number(head) - 1;
  state.word = whole(query.get("word"), 31);
  if (query.get("by") === "1") state.direction = "by";
  if (query.get("special") === "0") state.special = false;
  const uses = query.getAll("use").map(use => ({ word: use.split(":")[0], text: use.split(":").slice(1).join(":") }));
  if (uses.length > 0 && uses.every(use => use.word && use.text)) state.uses = uses.slice(0, 12);
  return state;
}

/** The fragment of what is chosen; without what is so by default. */
export function format(state) {
  const query = new URLSearchParams();
  query.set("s", state.text);
  if (state.second !== null) query.set("t", state.second);
  query.set("layer", state.layer + 1);
  query.set("head", state.head === "mean" ? "mean" : state.head + 1);
  if (state.word !== null) query.set("word", state.word);
  if (state.direction === "by") query.set("by", "1");
  if (!state.special) query.set("special", "0");
  if (JSON.stringify(state.uses) !== JSON.stringify(BANKS)) state.uses.forEach(use => query.append("use", `${use.word}:${use.text}`));
  return `#${query}`;
}

/** Holds the state; listeners hear of changes once a frame, with the names of what changed. */
export class Store {
  constructor(state) {
    this.state = state;
    this.listeners = [];
    this.changed = new Set();
  }

  set(patch) {
    for (const [name, value] of Object.entries(patch)) {
      if (this.state[name] !== value) this.changed.add(name);
    }
    this.state = { ...this.state, ...patch };
    if (this.changed.size > 0 && !this.scheduled) {
      this.scheduled = true;
      queueMicrotask(() => this.tell());
    }
  }

  tell() {
    const changed = this.changed;
    this.scheduled = false;
    this.changed = new Set();
    this.listeners.forEach(listener => listener(this.state, changed));
  }

  listen(listener) { this.listeners.push(listener); }
}
