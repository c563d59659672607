// Where the chosen word looks, or who looks at it: a title, and arcs for one sentence or two.

import { Arcs } from "./arcs.js";
import { byId, percent } from "./dom.js";
import { match } from "./matching.js";
import { nameOf, specialityOf } from "./specialities.js";

/** Attention of a word to each token, or of each token to it. */
function weightsOf(of, state, word) {
  const attention = of.attention(state.layer, state.head), n = of.n;
  return Array.from({ length: n }, (_, other) => (state.direction === "at" ? attention[word * n + other] : attention[other * n + word]));
}

function strongest(of, state, weights) {
  const shown = weights.map((weight, token) => (!state.special && of.isSpecial(token) ? -1 : weight));
  return shown.indexOf(Math.max(...shown));
}

function sentenceAbout(of, state, word, weights) {
  const most = strongest(of, state, weights), share = percent(weights[most]);
  return state.direction === "at" ? `“${of.name(word)}” looks most at “${of.name(most)}”, ${share}` : `“${of.name(word)}” is looked at most by “${of.name(most)}”, ${share}`;
}

export class Looks {
  constructor(choose) {
    this.arcs = new Arcs(byId("arcs"), choose);
    this.secondArcs = new Arcs(byId("second-arcs"), word => {
      const pair = this.pairs.find(([, second]) => second === word);
      if (pair) choose(pair[0]);
    });
  }

  draw(reading, second, state, word) {
    const weights = weightsOf(reading, state, word), text = sentenceAbout(reading, state, word, weights);
    byId("looks-title").textContent = text;
    byId("looks-head").textContent = `Layer ${state.layer + 1}, ${nameOf(state.head)}: ${specialityOf(state.layer, state.head).short}`;
    this.arcs.draw(reading, word, weights, state, text);
    byId("second-looks").hidden = !second;
    if (second) this.drawSecond(reading, second, state, word);
  }

  /** The second sentence's word that is matched with the chosen one, if there is one. */
  drawSecond(reading, second, state, word) {
    this.pairs = match(reading.tokens, second.tokens);
    const other = this.pairs.find(([first]) => first === word)?.[1] ?? -1;
    const weights = other < 0 ? new Array(second.n).fill(0) : weightsOf(second, state, other);
    const text = other < 0 ? `The second sentence has no “${reading.tokens[word]}” in its place` : `In the second ${sentenceAbout(second, state, other, weights)}`;
    byId("second-title").textContent = text;
    this.secondArcs.draw(second, other, weights, state, text);
  }
}
