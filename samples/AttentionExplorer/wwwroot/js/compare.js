// Two sentences: what the chosen head does differently with the words that both have.

import { h, number, put } from "./dom.js";
import { differenceShade, matrix } from "./heatmap.js";
import { cosine, match, unmatched } from "./matching.js";

export class Comparison {
  constructor(elements, choose) { Object.assign(this, elements, { choose }); }

  draw(first, second, state, word) {
    const pairs = match(first.tokens, second.tokens).filter(([a]) => state.special || !first.isSpecial(a));
    const a = first.attention(state.layer, state.head), b = second.attention(state.layer, state.head);
    const changes = pairs.map(([i, j]) => pairs.map(([k, l]) => b[j * second.n + l] - a[i * first.n + k]));
    const names = pairs.map(([i]) => first.tokens[i]);
    matrix(this.table, {
      caption: "Change of attention from the first sentence to the second, in percentage points", corner: "from ↓ to →",
      rows: names, columns: names, shade: differenceShade, chosen: pairs.findIndex(([i]) => i === word), onRow: row => this.choose(pairs[row][0]),
      cells: changes.map((row, r) => row.map((value, c) => ({
        value, text: Math.abs(value) < 0.005 ? "" : signedPoints(value),
        title: `${first.name(pairs[r][0])} → ${first.name(pairs[c][0])}: ${number(100 * a[pairs[r][0] * first.n + pairs[c][0]], 2)} %, then ${number(100 * b[pairs[r][1] * second.n + pairs[c][1]], 2)} %`,
      }))),
    });
    this.summarise(first, second, pairs, changes);
  }

  summarise(first, second, pairs, changes) {
    const all = changes.flatMap((row, r) => row.map((value, c) => ({ value, from: first.name(pairs[r][0]), to: first.name(pairs[c][0]) })));
    const most = all.filter(change => Math.abs(change.value) >= 0.01).sort((p, q) => Math.abs(q.value) - Math.abs(p.value)).slice(0, 5);
    const only = [unmatched(first.tokens, pairs.map(pair => pair[0])), unmatched(second.tokens, pairs.map(pair => pair[1]))].map(words => words.filter(word => word[0] !== "["));
    const moved = pairs.filter(([i]) => !first.isSpecial(i)).map(([i, j]) => ({ name: first.name(i), value: cosine(first.vector(i), second.vector(j)) })).sort((p, q) => p.value - q.value).slice(0, 5);
    put(this.summary,
      h("h3", {}, "Largest changes"),
      most.length === 0 ? h("p", { class: "muted" }, "None of one percentage point or more in this head.") : h("ul", { class: "plain" }, most.map(change => h("li", {}, `${change.from} → ${change.to} `, h("strong", {}, `${signedPoints(change.value)} points`)))),
      h("h3", {}, "Words whose vector changed most"),
      h("ul", { class: "plain" }, moved.map(({ name, value }) => h("li", {}, `${name} `, h("span", { class: "muted" }, `cosine ${number(value, 2)}`)))),
      only.some(words => words.length > 0) ? h("p", { class: "muted" }, ["first", "second"].map((which, i) => (only[i].length > 0 ? `Only in the ${which}: ${only[i].join(", ")}. ` : ""))) : null);
  }
}

const signedPoints = value => `${value > 0 ? "+" : "−"}${Math.abs(100 * value).toFixed(0)}`;
