// A head's attention as a table of numbers with a shade for each; also the map of what changed between two sentences.

import { h, percent, put } from "./dom.js";
import { heat, signed } from "./colour.js";

/** rows, columns: words. cells[row][column]: { value, text, title }. shade: value -> colours. */
export function matrix(table, { caption, rows, columns, cells, shade, chosen, onRow, corner = "" }) {
  put(table,
    h("caption", { class: "visually-hidden" }, caption),
    h("thead", {}, h("tr", {}, h("td", {}, corner), columns.map(name => h("th", { scope: "col" }, h("span", {}, name))))),
    h("tbody", {}, rows.map((name, row) => h("tr", { class: row === chosen ? "chosen" : undefined },
      h("th", { scope: "row" }, onRow ? h("button", { type: "button", tabindex: row === chosen || chosen === undefined ? "0" : "-1", "aria-pressed": row === chosen ? "true" : "false", onclick: () => onRow(row) }, name) : name),
      cells[row].map(cell => {
        const element = h("td", { title: cell.title }, cell.text);
        const colours = shade(cell.value);
        element.style.background = colours.background;
        element.style.color = colours.text;
        return element;
      })))));
}

/** The heat map of a head. */
export class HeatMap {
  constructor(table, choose) {
    Object.assign(this, { table, choose });
    table.addEventListener("keydown", event => this.key(event));
  }

  draw(reading, state, word) {
    const attention = reading.attention(state.layer, state.head), n = reading.n;
    const shown = [...reading.tokens.keys()].filter(token => state.special || !reading.isSpecial(token));
    this.shown = shown;
    const focused = this.table.contains(document.activeElement);
    matrix(this.table, {
      caption: "Attention in percent: each row's word looks at the columns' words",
      corner: "from ↓ to →",
      rows: shown.map(token => reading.tokens[token]), columns: shown.map(token => reading.tokens[token]),
      cells: shown.map(row => shown.map(column => {
        const weight = attention[row * n + column];
        return { value: weight, text: percent(weight, true), title: `${reading.name(row)} → ${reading.name(column)}: ${(100 * weight).toFixed(3)} %` };
      })),
      shade: heat, chosen: shown.indexOf(word), onRow: row => this.choose(shown[row]),
    });
    if (focused) this.table.querySelector("tr.chosen button")?.focus({ preventScroll: true });
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...this.table.querySelectorAll("tbody button")], at = buttons.indexOf(document.activeElement);
    this.choose(this.shown[(at + step + buttons.length) % buttons.length]);
  }
}

export const differenceShade = value => signed(value, 1);
