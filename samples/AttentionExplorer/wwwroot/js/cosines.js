// Words in their sentences and the cosines between their final vectors; rows can be changed, added and taken away.

import { h, number, put } from "./dom.js";
import { cosine as shade } from "./colour.js";
import { matrix } from "./heatmap.js";
import { cosine } from "./matching.js";

const MOST = 12;

export class Cosines {
  constructor({ rows, table, add }, words, maxTokens, read, change) {
    Object.assign(this, { rows, table, add, words, maxTokens, read, change, turn: 0 });
    add.addEventListener("click", () => {
      const last = this.uses[this.uses.length - 1];
      change([...this.uses, { ...last }]);
      requestAnimationFrame(() => requestAnimationFrame(() => rows.querySelector("li:last-child input")?.select()));
    });
  }

  async draw(uses) {
    const turn = ++this.turn;
    this.uses = uses;
    this.edit(uses);
    const readings = await Promise.all(uses.map(use => this.words.fault(use.text, this.maxTokens) ? null : this.read(use.text)));
    if (turn !== this.turn) return;
    const vectors = uses.map((use, i) => {
      const token = readings[i]?.tokens.indexOf(use.word) ?? -1;
      return token < 0 ? null : readings[i].vector(token);
    });
    const kept = uses.map((use, i) => ({ use, i, vector: vectors[i] })).filter(row => row.vector);
    const names = kept.map(({ use, i }) => `${i + 1} ${use.word}`);
    matrix(this.table, {
      caption: "Cosines between the words' final vectors", rows: names, columns: names, shade, corner: "",
      cells: kept.map(row => kept.map(column => {
        const value = cosine(row.vector, column.vector);
        return { value, text: number(value, 2), title: `${row.use.word} in “${row.use.text}”, ${column.use.word} in “${column.use.text}”: ${number(value, 5)}` };
      })),
    });
    this.table.dataset.ready = String(kept.length);
  }

  edit(uses) {
    this.add.disabled = uses.length >= MOST;
    if (this.rows.childElementCount === uses.length) return uses.forEach((use, i) => this.fill(this.rows.children[i], use));
    put(this.rows, uses.map((use, i) => this.row(use, i)));
  }

  row(use, i) {
    const advice = h("div", { class: "advice", role: "status" });
    const select = h("select", { "aria-label": `word of sentence ${i + 1}`, onchange: () => this.set(i, { word: select.value }) });
    const input = h("input", { type: "text", spellcheck: "false", autocomplete: "off", "aria-label": `sentence ${i + 1}`, oninput: () => this.typed(i, input.value) });
    const remove = h("button", { type: "button", class: "quiet", "aria-label": `take sentence ${i + 1} away`, onclick: () => this.uses.length > 1 && this.change(this.uses.filter((_, at) => at !== i)) }, "✕");
    const row = h("li", {}, h("span", { class: "index", "aria-hidden": "true" }, i + 1), select, input, remove, advice);
    this.fill(row, use);
    return row;
  }

  fill(row, use) {
    const [select, input] = [row.querySelector("select"), row.querySelector("input")];
    const words = [...new Set(this.words.split(use.text))];
    if (document.activeElement !== input) input.value = use.text;
    put(select, words.map(word => h("option", { value: word, selected: word === use.word }, word)));
    select.value = use.word;
  }

  typed(i, text) {
    const fault = this.words.fault(text, this.maxTokens), row = this.rows.children[i];
    const unknown = fault?.words?.[0];
    row.querySelector("input").setAttribute("aria-invalid", fault ? "true" : "false");
    put(row.querySelector(".advice"), unknown ? `“${unknown.word}” isn't known. Close to it: ${unknown.close.slice(0, 3).join(", ")}.` : fault ? "Not a sentence that the model reads." : []);
    if (fault) return;
    const words = this.words.split(text);
    const word = words.includes(this.uses[i].word) ? this.uses[i].word : words[words.length - 1];
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.set(i, { text: text.trim(), word }), 220);
  }

  set(i, patch) { this.change(this.uses.map((use, at) => (at === i ? { ...use, ...patch } : use))); }
}
