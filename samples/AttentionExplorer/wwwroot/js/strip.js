// A vector as a strip of colours, a cell for each number. The pointer or the arrow keys pick a number.

import { h, number } from "./dom.js";
import { signed } from "./colour.js";

/** values: numbers; pick(index) is called with the number under the pointer or the keys. marked: [from, to) to be framed. */
export function strip(values, { label, pick, scale, marked, slim }) {
  const canvas = h("canvas", { "aria-hidden": "true", width: values.length, height: 1 });
  const context = canvas.getContext("2d"), most = scale ?? Math.max(...values.map(Math.abs), 1e-9);
  values.forEach((value, i) => {
    context.fillStyle = signed(value, most).background;
    context.fillRect(i, 0, 1, 1);
  });
  const cursor = h("span", { class: "cursor", hidden: true });
  const element = h("div", { class: `strip${slim ? " slim" : ""}`, role: "slider", tabindex: "0", "aria-label": `${label}, ${values.length} numbers`,
    "aria-valuemin": 1, "aria-valuemax": values.length, "aria-valuenow": 1, "aria-valuetext": number(values[0]) }, canvas, cursor);
  if (marked) {
    const frame = h("span", { class: "frame" });
    frame.style.left = `${100 * marked[0] / values.length}%`;
    frame.style.width = `${100 * (marked[1] - marked[0]) / values.length}%`;
    element.append(frame);
  }

  let at = -1;
  const show = index => {
    if (index === at) return;
    at = index;
    cursor.hidden = false;
    cursor.style.left = `${100 * index / values.length}%`;
    cursor.style.width = `${100 / values.length}%`;
    element.setAttribute("aria-valuenow", index + 1);
    element.setAttribute("aria-valuetext", `number ${index + 1}: ${number(values[index], 4)}`);
    pick(index, values[index], element);
  };
  const hide = () => {
    at = -1;
    cursor.hidden = true;
  };
  element.addEventListener("pointermove", event => {
    const box = canvas.getBoundingClientRect();
    show(Math.max(0, Math.min(values.length - 1, Math.floor((event.clientX - box.left) / box.width * values.length))));
  });
  element.addEventListener("pointerleave", () => document.activeElement !== element && hide());
  element.addEventListener("focus", () => show(Math.max(at, 0)));
  element.addEventListener("blur", hide);
  element.addEventListener("keydown", event => {
    const step = { ArrowRight: 1, ArrowLeft: -1, PageUp: 8, PageDown: -8, Home: -values.length, End: values.length, ...(slim ? {} : { ArrowUp: 1, ArrowDown: -1 }) }[event.key];
    if (step === undefined) return;                        // up and down in a table's strip go to the next row: the table's business
    event.preventDefault();
    show(Math.max(0, Math.min(values.length - 1, Math.max(at, 0) + step)));
  });
  return element;
}
