// Elements from JavaScript, without a framework.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element: attributes, on* listeners, dataset and text or children. */
export const h = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);

/** An SVG element. */
export const s = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined));
  return element;
}

/** Replaces what is in an element. */
export function put(element, ...children) {
  element.replaceChildren(...children.flat().filter(child => child !== null && child !== undefined));
  return element;
}

export const byId = id => document.getElementById(id);

/** "12 %" of 0.1234; "0.4 %" below one, "·" for next to nothing. */
export function percent(weight, short = false) {
  const value = 100 * weight;
  if (value < 0.05) return short ? "" : "0 %";
  const text = value < 1 ? value.toFixed(1) : value.toFixed(0);
  return short ? (value < 0.5 ? "" : value.toFixed(0)) : `${text} %`;
}

/** A number with a real minus sign. */
export const number = (value, digits = 3) => value.toFixed(digits).replace("-", "−").replace(/^−(0\.?0*)$/, "$1");

/** Of a group's elements one is in the tab order, and has the focus if one of them had. */
export function keepFocus(container, selector, index, focused = container.contains(document.activeElement)) {
  const items = [...container.querySelectorAll(selector)];
  items.forEach((item, i) => item.setAttribute("tabindex", i === index ? "0" : "-1"));
  if (focused) items[index]?.focus({ preventScroll: true });
}
