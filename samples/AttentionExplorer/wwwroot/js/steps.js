// Step by step for one word and head: every number between what enters the layer and the final hidden state.

import { h, number, percent, put } from "./dom.js";
import { heat } from "./colour.js";
import { strip } from "./strip.js";

/** An explained step: a title, a formula, what it means, and the numbers. */
const step = (title, formula, meaning, ...content) => h("li", { class: "step" },
  h("div", { class: "step-text" }, h("h3", {}, title), h("p", { class: "formula" }, formula), h("p", { class: "muted" }, meaning)),
  h("div", { class: "step-numbers" }, content));

export class Steps {
  constructor(list, note, inspector) { Object.assign(this, { list, note, inspector }); }

  /** Fills the list in slices: `pause` is awaited between them, and says whether to go on. */
  async draw(reading, state, word, pause) {
    this.inspector.clear();
    const { layer, head } = state, steps = reading.layers[layer], { n, width } = reading, size = width / reading.heads;
    Object.assign(this, { reading, layer, head, word });
    const of = (values, count = width) => Array.from(values.subarray(word * count, (word + 1) * count));
    const inHead = (values, token) => Array.from(values.subarray(token * width + head * size, token * width + (head + 1) * size));
    const name = reading.name(word), last = layer === reading.layers.length - 1;
    const row = (what, label, values, options) => this.strip(what, label, values, options);
    const inner = of(steps.inner, steps.inner.length / n);

    const asked = [
      step("What enters the layer", `x, ${width} numbers`, layer === 0 ? "The word's own vector plus its position's, normalised." : `What layer ${layer} made of “${name}”.`,
        row("input", `x of “${name}”`, of(steps.input))),
      step("The word asks", `q = x · Wq + b, ${size} numbers`, "Its query: what this head looks for on the word's behalf.",
        row("query", `query of “${name}”`, inHead(steps.q, word))),
    ];
    if (!await pause()) return;
    const answered = [
      step("Every word answers", `q · k ÷ √${size}, then softmax`, "Each word has a key and a value. The better a key fits the query, the more of its word's value is taken.",
        this.table(inHead, steps)),
    ];
    if (!await pause()) return;
    const brought = [
      step("What the head brings", `Σ softmax · v, ${size} numbers`, "The values, each in its share.",
        row("mixed", `weighted sum of values for “${name}”`, inHead(steps.mixed, word))),
      step("Heads side by side", `${reading.heads} × ${size} = ${width} numbers`, "All heads of the layer do this at once; the framed part is this head's.",
        row("heads", "all heads side by side", of(steps.mixed), { marked: [head * size, (head + 1) * size] })),
      step("Output projection", "heads · Wo + b", "Mixes what the heads brought.",
        row("projected", "output projection", of(steps.projected))),
      step("Add & norm", "y = norm(x + projection)", "Added to what came in, and normalised.",
        row("attended", "after attention, added and normalised", of(steps.attended))),
      step("The network", `ReLU(y · W₁ + b), ${inner.length} numbers`, `Each word for itself. ${inner.filter(value => value > 0).length} of ${inner.length} are above zero; then · W₂ + b.`,
        row("inner", "ReLU network, inner layer", inner), row("network", "ReLU network, back to the width", of(steps.network))),
      step("Add & norm", "norm(y + network)", last ? "This is the final hidden state." : `This enters layer ${layer + 2}.`,
        row("output", `out of layer ${layer + 1}`, of(steps.output))),
      step("Final hidden state", `${width} numbers`, "As the generated encoder hands it out: the word in its sentence.",
        this.strip("output", `final hidden state of “${name}”`, Array.from(reading.vector(word)), { layer: reading.layers.length - 1 })),
    ];
    put(this.list, asked, answered, brought);
    const { attention, hidden } = reading.differences;
    put(this.note, "Softmax and final hidden state are the generated encoder's own numbers. The steps between are computed once more by this page, in double precision: over the whole sentence and all heads the largest difference from the encoder is ",
      h("strong", { id: "difference-attention" }, attention.toExponential(1)), " for attention and ", h("strong", { id: "difference-hidden" }, hidden.toExponential(1)), " for hidden states.");
  }

  strip(what, label, values, options = {}) {
    const { reading, layer, head, word, inspector } = this;
    return strip(values, {
      label, ...options,
      pick: (index, value) => inspector.show(`${label}, number ${index + 1}`, value,
        { text: reading.text, layer: options.layer ?? layer, head, word, of: what, index, key: options.key }, reading.tokens),
    });
  }

  table(inHead, steps) {
    const { reading, layer, head, word, inspector } = this, { n, width } = reading, size = width / reading.heads;
    const attention = reading.attention(layer, head).subarray(word * n, (word + 1) * n);
    const scores = steps.scores.subarray((head * n + word) * n, (head * n + word + 1) * n);
    const tokens = [...reading.tokens.keys()];
    const largest = Math.max(...tokens.flatMap(token => inHead(steps.k, token).map(Math.abs)));
    const largestValue = Math.max(...tokens.flatMap(token => inHead(steps.v, token).map(Math.abs)));
    const pick = (token, value, text, show) => h("td", { class: "num", tabindex: "0", onpointerenter: show, onfocus: show, "aria-label": `${text} of ${reading.name(token)}: ${value}` }, value);
    const table = h("table", { class: "answers", onkeydown: event => toRow(event, table) },
      h("thead", {}, h("tr", {}, ["word", `key, ${size}`, "q · k", `÷ √${size}`, "softmax", `value, ${size}`].map(text => h("th", { scope: "col" }, text)))),
      h("tbody", {}, tokens.map(token => {
        const place = { text: reading.text, layer, head, word, of: "score", index: 0, key: token }, name = reading.name(token);
        const scaled = scores[token] / Math.sqrt(size);
        const softmax = pick(token, percent(attention[token]), "softmax",
          () => inspector.say(`softmax of “${name}”`, attention[token].toPrecision(7), `the generated encoder's own: e to the power of ${number(scaled, 2)}, divided by the sum over all ${n} words.`));
        const colours = heat(attention[token]);
        softmax.style.background = colours.background;
        softmax.style.color = colours.text;
        return h("tr", { class: token === word ? "chosen" : undefined }, h("th", { scope: "row" }, reading.tokens[token]),
          h("td", {}, this.strip("key", `key of “${name}”`, inHead(steps.k, token), { key: token, scale: largest, slim: true })),
          pick(token, number(scores[token], 2), "q times k", () => inspector.show(`q · k with “${name}”`, scores[token], place, reading.tokens)),
          pick(token, number(scaled, 2), "score", () => inspector.say(`score of “${name}”`, number(scaled, 4), `= q · k ${number(scores[token], 4)} ÷ √${size}, so that scores of long vectors are no larger than those of short ones.`)),
          softmax,
          h("td", {}, this.strip("value", `value of “${name}”`, inHead(steps.v, token), { key: token, scale: largestValue, slim: true })));
      })));
    enter(table, attention.indexOf(Math.max(...attention)));
    return h("div", { class: "scroll", tabindex: "-1" }, table);
  }
}

/** Only one row's numbers are in the tab order. */
function enter(table, row) {
  [...table.tBodies[0].rows].forEach((one, i) => one.querySelectorAll("[tabindex]").forEach(element => element.setAttribute("tabindex", i === row ? "0" : "-1")));
}

/** Arrow keys go to the row above or below. */
function toRow(event, table) {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key], cell = event.target.closest("td");
  if (!step || !cell) return;
  event.preventDefault();
  const rows = table.tBodies[0].rows, row = (cell.parentElement.sectionRowIndex + step + rows.length) % rows.length;
  enter(table, row);
  const to = rows[row].cells[cell.cellIndex];
  (to.matches("[tabindex]") ? to : to.querySelector("[tabindex]")).focus();
}
