// The chosen word's attention as arcs between words: a row where there is room, a column where there isn't.

import { keepFocus, percent, put, s } from "./dom.js";

const LEAST = 0.004;
// In a row words are as large as there is room for; where even small ones have none, they stand in a column.
const SIZES = [{ font: 20, gap: 18, least: 34 }, { font: 16, gap: 8, least: 34 }];
const measure = (() => {
  const context = document.createElement("canvas").getContext("2d");
  return (text, font, family) => {
    context.font = `600 ${font}px ${family}`;
    return context.measureText(text).width;
  };
})();

export class Arcs {
  constructor(svg, choose) {
    Object.assign(this, { svg, choose });
    svg.addEventListener("keydown", event => this.key(event));
    new ResizeObserver(() => this.last && this.draw(...this.last)).observe(svg.parentElement);
  }

  /** weights: of the chosen word to each token, or of each token to it. */
  draw(reading, word, weights, state, label) {
    this.last = [reading, word, weights, state, label];
    const shown = [...reading.tokens.keys()].filter(token => state.special || !reading.isSpecial(token));
    this.shown = shown;
    const family = getComputedStyle(this.svg).fontFamily, room = this.svg.parentElement.clientWidth;
    const sizes = SIZES.map(size => {
      const widths = shown.map(token => Math.max(measure(reading.tokens[token], size.font, family), size.least));
      return { ...size, widths, needed: widths.reduce((a, b) => a + b, 0) + size.gap * shown.length };
    });
    const fits = sizes.find(size => size.needed <= room);
    const layout = fits ? this.row(shown, fits, room, shown.includes(word)) : this.column(shown, sizes[0].widths, room);
    this.svg.style.setProperty("--font", `${layout.font}px`);
    const at = shown.indexOf(word);
    const links = shown.map((token, i) => ({ token, i, weight: weights[token] }));
    const strongest = Math.max(...links.map(link => link.weight));
    this.svg.setAttribute("viewBox", `0 0 ${layout.width} ${layout.height}`);
    this.svg.setAttribute("width", layout.width);
    this.svg.setAttribute("height", layout.height);
    this.svg.setAttribute("aria-label", label);
    this.svg.setAttribute("class", `arcs ${state.direction === "by" ? "by" : "at"}`);
    const focused = this.svg.contains(document.activeElement);
    put(this.svg,
      s("g", { class: "curves", "aria-hidden": "true" }, at < 0 ? [] : [...links].sort((a, b) => a.weight - b.weight).filter(link => link.weight >= LEAST)
        .map(link => s("path", { d: layout.curve(at, link.i), "stroke-width": (1 + 8 * link.weight).toFixed(2), "stroke-opacity": (0.25 + 0.75 * Math.sqrt(link.weight)).toFixed(3) }))),
      s("g", { class: "words" }, links.map(link => this.word(reading, link, layout.place(link.i), link.token === word, link.weight === strongest && at >= 0, at >= 0))));
    keepFocus(this.svg, ".word", Math.max(at, 0), focused);
  }

  word(reading, { token, weight }, place, chosen, strongest, known) {
    const share = known ? percent(weight) : "";
    return s("g", { class: `word${chosen ? " chosen" : ""}${strongest ? " strongest" : ""}${reading.isSpecial(token) ? " special" : ""}`, role: "radio", "aria-checked": chosen ? "true" : "false", "aria-label": `${reading.name(token)}${known ? `, ${share}` : ""}`, "data-token": token, tabindex: "-1", transform: `translate(${place.x} ${place.y})`, onclick: () => this.choose(token) },
      s("rect", { class: "hit", x: place.box.x, y: place.box.y, width: place.box.width, height: place.box.height, rx: 8 }),
      s("text", { class: "text", x: place.text.x, y: place.text.y, "text-anchor": place.anchor }, reading.tokens[token]),
      s("text", { class: "share", x: place.share.x, y: place.share.y, "text-anchor": place.shareAnchor }, weight >= 0.0005 && known ? share : "·"));
  }

  row(shown, { font, gap, widths, needed }, room, withArcs) {
    const spare = Math.min((room - needed) / shown.length, 34), start = (room - needed - spare * shown.length) / 2;
    let x = start;
    const middles = widths.map(width => {
      const middle = x + (width + gap + spare) / 2;
      x += width + gap + spare;
      return middle;
    });
    const span = middles[middles.length - 1] - middles[0], most = withArcs ? Math.min(165, 46 + span * 0.17) : 0, base = most + 14, height = base + 66;
    return {
      width: room, height, font,
      place: i => ({ x: round(middles[i]), y: base, anchor: "middle", shareAnchor: "middle", text: { x: 0, y: 28 }, share: { x: 0, y: 52 },
        box: { x: round(-(widths[i] + gap + Math.min(spare, 4)) / 2), y: 6, width: round(widths[i] + gap + Math.min(spare, 4)), height: 54 } }),
      curve: (from, to) => {
        const a = middles[from], b = middles[to];
        if (from === to) return `M ${round(a - 7)} ${base} C ${round(a - 26)} ${base - 46}, ${round(a + 26)} ${base - 46}, ${round(a + 7)} ${base}`;
        const rise = 26 + (most - 26) * Math.abs(b - a) / Math.max(span, 1);
        return `M ${round(a)} ${base} C ${round(a)} ${round(base - rise * 1.33)}, ${round(b)} ${round(base - rise * 1.33)}, ${round(b)} ${base}`;
      },
    };
  }

  column(shown, widths, room) {
    const step = 36, width = Math.min(room, 520), text = Math.max(...widths), left = width - text - 74, edge = left - 8;
    const y = i => 8 + step * i + step / 2;
    return {
      width, height: step * shown.length + 16, font: SIZES[0].font,
      place: i => ({ x: round(left), y: y(i) - step / 2, anchor: "start", shareAnchor: "end", text: { x: 8, y: 25 }, share: { x: width - left - 8, y: 24 },
        box: { x: 0, y: 1, width: round(width - left), height: step - 2 } }),
      curve: (from, to) => {
        const a = y(from), b = y(to);
        if (from === to) return `M ${edge} ${a - 6} C ${edge - 30} ${a - 16}, ${edge - 30} ${a + 16}, ${edge} ${a + 6}`;
        const rise = Math.min(edge * 0.95, 20 + (edge - 20) * Math.abs(to - from) / Math.max(shown.length - 1, 1)) * 1.3;
        return `M ${edge} ${a} C ${round(edge - rise)} ${a}, ${round(edge - rise)} ${b}, ${edge} ${b}`;
      },
    };
  }

  key(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const edge = { Home: 0, End: this.shown.length - 1 }[event.key];
    if (step === undefined && edge === undefined) return;
    event.preventDefault();
    const at = this.shown.indexOf(Number(document.activeElement.getAttribute("data-token")));
    this.choose(this.shown[edge ?? (at + step + this.shown.length) % this.shown.length]);
  }
}

const round = value => Math.round(value * 10) / 10;
