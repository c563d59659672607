// Pictures and numbers to take away: SVG, PNG and CSV.

import { heat } from "./colour.js";
import { byId, percent, s } from "./dom.js";
import { nameOf } from "./specialities.js";

const SHOWN = ["fill", "stroke", "stroke-opacity", "stroke-width", "stroke-linecap", "font-family", "font-size", "font-weight", "opacity"];

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** An SVG element of the page as a file of its own: what the style sheet says is written into it. */
function standAlone(svg) {
  const copy = svg.cloneNode(true), from = [svg, ...svg.querySelectorAll("*")], to = [copy, ...copy.querySelectorAll("*")];
  to.forEach((element, i) => {
    const style = getComputedStyle(from[i]);
    for (const name of SHOWN) element.setAttribute(name, style.getPropertyValue(name));
    for (const name of ["class", "tabindex", "role", "style"]) element.removeAttribute(name);
  });
  const background = getComputedStyle(document.documentElement).getPropertyValue("--panel");
  copy.prepend(s("rect", { width: "100%", height: "100%", fill: background.trim() }));
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return new XMLSerializer().serializeToString(copy);
}

function saveSvg(svg, name) { save(new Blob([standAlone(svg)], { type: "image/svg+xml" }), `${name}.svg`); }

async function savePng(svg, name, scale = 2) {
  const url = URL.createObjectURL(new Blob([standAlone(svg)], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = svg.width.baseVal.value * scale;
    canvas.height = svg.height.baseVal.value * scale;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    save(await new Promise(resolve => canvas.toBlob(resolve, "image/png")), `${name}.png`);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** A head's attention, a line for each word, to the last bit. */
function saveCsv(reading, layer, head, name) {
  const quote = text => `"${text.replaceAll('"', '""')}"`, attention = reading.attention(layer, head), n = reading.n;
  const lines = [["from \\ to", ...reading.tokens].map(quote).join(",")];
  for (let row = 0; row < n; row++) {
    lines.push([quote(reading.tokens[row]), ...Array.from(attention.subarray(row * n, (row + 1) * n), weight => weight.toPrecision(9))].join(","));
  }
  save(new Blob([lines.join("\r\n") + "\r\n"], { type: "text/csv" }), `${name}.csv`);
}

/** The heat map as an SVG element, for a file. It is in the page while it is written. */
function heatMapSvg(reading, state) {
  const attention = reading.attention(state.layer, state.head), n = reading.n, cell = 40, side = 100;
  const shown = [...reading.tokens.keys()].filter(token => state.special || !reading.isSpecial(token)), size = side + shown.length * cell + 36;
  const text = (attributes, content) => s("text", { "font-size": 14, ...attributes }, content);
  const svg = s("svg", { width: size, height: size, viewBox: `0 0 ${size} ${size}`, class: "offscreen heat" });
  shown.forEach((row, i) => {
    svg.append(text({ x: side - 8, y: side + i * cell + 25, "text-anchor": "end" }, reading.tokens[row]));
    svg.append(text({ transform: `translate(${side + i * cell + 25} ${side - 8}) rotate(-55)` }, reading.tokens[row]));
    shown.forEach((column, j) => {
      const weight = attention[row * n + column], colours = heat(weight);
      const square = s("rect", { x: side + j * cell, y: side + i * cell, width: cell - 1, height: cell - 1 }), label = text({ x: side + j * cell + cell / 2, y: side + i * cell + 25, "text-anchor": "middle" }, percent(weight, true));
      square.style.fill = colours.background;
      label.style.fill = colours.text;
      svg.append(square, label);
    });
  });
  return svg;
}

/** The buttons that save; `shown` says what is shown: { reading, state }. */
export function saving(shown) {
  const fileName = () => `attention-layer${shown().state.layer + 1}-${nameOf(shown().state.head).replace(" ", "")}`;
  byId("arcs-svg").addEventListener("click", () => saveSvg(byId("arcs"), `${fileName()}-arcs`));
  byId("arcs-png").addEventListener("click", () => savePng(byId("arcs"), `${fileName()}-arcs`));
  byId("map-csv").addEventListener("click", () => saveCsv(shown().reading, shown().state.layer, shown().state.head, fileName()));
  for (const [id, save] of [["map-svg", saveSvg], ["map-png", savePng]]) {
    byId(id).addEventListener("click", async () => {
      const svg = heatMapSvg(shown().reading, shown().state);
      document.body.append(svg);
      try {
        await save(svg, fileName());
      } finally {
        svg.remove();
      }
    });
  }
}
