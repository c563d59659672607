// The box for a sentence: what is wrong with it is said while one types, and a sentence that can be read is read after a pause.

import { h, put } from "./dom.js";
import { replaceWord } from "./words.js";

const PAUSE = 220;

export class SentenceBox {
  /** onSentence gets the text of a sentence that can be read. */
  constructor(input, advice, words, maxTokens, onSentence) {
    Object.assign(this, { input, advice, words, maxTokens, onSentence, timer: 0 });
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", event => {
      if (event.key === "Enter") this.now();
    });
  }

  get text() { return this.input.value.trim().replace(/\s+/g, " "); }

  set text(value) {
    if (this.text !== value) this.input.value = value;
    this.check();
  }

  later() {
    clearTimeout(this.timer);
    const fault = this.check();
    if (!fault) this.timer = setTimeout(() => this.onSentence(this.text), PAUSE);
  }

  now() {
    clearTimeout(this.timer);
    if (!this.check()) this.onSentence(this.text);
  }

  check() {
    const fault = this.words.fault(this.input.value, this.maxTokens);
    this.input.setAttribute("aria-invalid", fault ? "true" : "false");
    put(this.advice, fault ? this.explain(fault) : []);
    return fault;
  }

  explain(fault) {
    if (fault.kind === "empty") return [h("p", {}, "Write a sentence, or take one of the examples.")];
    if (fault.kind === "long") return [h("p", {}, `The sentence has ${fault.words} words, but this model reads at most ${fault.most}.`)];
    return fault.words.slice(0, 3).map(({ word, close }) => h("p", { class: "unknown" },
      h("span", {}, `“${word}” is not among the ${this.words.count} words that this model knows. Try`),
      close.map(known => h("button", { type: "button", class: "chip", onclick: () => this.take(word, known) }, known))));
  }

  take(word, known) {
    this.input.value = replaceWord(this.input.value, word, known);
    this.input.focus();
    this.now();
  }
}
