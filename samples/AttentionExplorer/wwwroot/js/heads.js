// Every head of every layer as a small map, and the mean of each layer; one is chosen, by click or arrow keys.

import { h, keepFocus, put } from "./dom.js";
import { heat } from "./colour.js";
import { nameOf, specialityOf } from "./specialities.js";

const CELL = 8;

export class Heads {
  constructor(root, choose) {
    Object.assign(this, { root, choose, maps: [] });
    root.addEventListener("keydown", event => this.key(event));
  }

  /** A button for each head; done once. */
  build(reading) {
    const kinds = [...Array(reading.heads).keys(), "mean"];
    this.columns = kinds.length;
    this.maps = reading.layers.flatMap((_, layer) => kinds.map(head => this.map(layer, head)));
    put(this.root, reading.layers.map((_, layer) => h("div", { class: "layer", role: "presentation" },
      h("span", { class: "layer-name", "aria-hidden": "true" }, `layer ${layer + 1}`),
      this.maps.filter(map => map.layer === layer).map(map => map.button))));
  }

  map(layer, head) {
    const canvas = h("canvas", { "aria-hidden": "true" }), mark = h("span", { class: "mark", "aria-hidden": "true" });
    const button = h("button", { type: "button", role: "radio", class: "head", "aria-checked": "false", "aria-label": `layer ${layer + 1}, ${nameOf(head)}: ${specialityOf(layer, head).short}`, onclick: () => this.choose(layer, head) },
      h("span", { class: "map" }, canvas, mark), h("span", { class: "head-name" }, nameOf(head)), h("span", { class: "head-does" }, specialityOf(layer, head).short));
    return { layer, head, canvas, mark, button };
  }

  key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.columns, ArrowUp: -this.columns }[event.key];
    const at = this.maps.findIndex(map => map.button === document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    const map = this.maps[(at + step + this.maps.length) % this.maps.length];
    map.button.focus();
    this.choose(map.layer, map.head);
  }

  draw(reading, state, word) {
    if (this.maps.length === 0) this.build(reading);
    for (const { layer, head, canvas } of this.maps) {
      const attention = reading.attention(layer, head), n = reading.n;
      canvas.width = canvas.height = n * CELL;
      const context = canvas.getContext("2d");
      for (let row = 0; row < n; row++) {
        for (let column = 0; column < n; column++) {
          const hidden = !state.special && (reading.isSpecial(row) || reading.isSpecial(column));
          context.fillStyle = heat(hidden ? 0 : attention[row * n + column]).background;
          context.fillRect(column * CELL, row * CELL, CELL, CELL);
        }
      }
    }
    this.mark(reading, state, word);
  }

  /** Shows which head is chosen, and in every map the row of the chosen word. */
  mark(reading, state, word) {
    const at = this.maps.findIndex(map => map.layer === state.layer && map.head === state.head);
    this.maps.forEach((map, i) => {
      map.button.setAttribute("aria-checked", i === at ? "true" : "false");
      map.mark.classList.toggle("column", state.direction === "by");
      map.mark.style.setProperty("--at", `${100 * word / reading.n}%`);
      map.mark.style.setProperty("--size", `${100 / reading.n}%`);
    });
    keepFocus(this.root, ".head", at);
  }
}
