// Says where the number under the pointer comes from.

import { h, number, put } from "./dom.js";

const FROM = { input: "x", query: "q", softmax: "softmax", heads: "heads", attended: "y", inner: "ReLU" };

export class Inspector {
  constructor(element, ask) {
    Object.assign(this, { element, ask, turn: 0 });
    this.clear();
  }

  clear() {
    this.turn++;
    put(this.element, h("span", { class: "muted" }, "Point at any number, or come with the Tab key and go on with the arrow keys: this line says where it comes from."));
  }

  /** title: the number's name; value: the number; place: what the worker is asked about. */
  async show(title, value, place, words) {
    const turn = ++this.turn, head = [h("strong", {}, title), ` = ${number(value, 4)} `];
    put(this.element, head);
    const origin = await this.ask(place);
    if (turn !== this.turn || !origin) return;
    put(this.element, head, h("span", { class: "muted" }, explain(origin, place, words)));
  }

  say(title, value, text) {
    this.turn++;
    put(this.element, h("strong", {}, title), ` = ${value} `, h("span", { class: "muted" }, text));
  }
}

function explain(origin, place, words) {
  if (origin.form === "norm") {
    const [left, right] = origin.names;
    return `= (${number(origin.left)} ${left} + ${number(origin.right)} ${right} − mean ${number(origin.mean)}) ÷ deviation ${number(origin.deviation)} × ${number(origin.scale)} + ${number(origin.bias)}`;
  }
  const name = term => (origin.from === "softmax" ? `softmax of “${words[term.index]}”` : `${FROM[origin.from]}${sub(term.index + 1)}`);
  const second = term => (origin.from === "query" ? `k${sub(term.index + 1)}` : origin.from === "softmax" ? "v" : "weight");
  const terms = origin.terms.map(term => `${name(term)} (${number(term.left, 2)}) × ${second(term)} (${number(term.right, 2)})`).join(" + ");
  const rest = origin.count - origin.terms.length;
  const sum = `${terms}${rest > 0 ? ` + ${rest} smaller products` : ""}${origin.bias === undefined ? "" : ` + bias ${number(origin.bias)}`}`;
  return origin.relu ? `= the larger of 0 and ${sum}` : `= ${sum}`;
}

const sub = value => [...String(value)].map(digit => "₀₁₂₃₄₅₆₇₈₉"[digit]).join("");
