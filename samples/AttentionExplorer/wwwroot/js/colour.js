// Colours from the style sheet's custom properties, mixed for heat maps and strips.

const BLACK = [0, 0, 0], WHITE = [255, 255, 255];
const LEVELS = 255;
const shades = new Map();              // what was mixed: a page has thousands of cells, and few colours
let palette = null;

function parse(text) {
  const hex = text.trim().replace("#", "");
  return [0, 2, 4].map(at => parseInt(hex.slice(at, at + 2), 16));
}

function read() {
  const style = getComputedStyle(document.documentElement);
  const colour = name => parse(style.getPropertyValue(name));
  return { ground: colour("--wash"), ink: colour("--ink"), warm: colour("--warm"), cool: colour("--cool"), light: colour("--on-strong") };
}

/** Called when the theme changes. */
export function forget() {
  palette = null;
  shades.clear();
}

function mix(from, to, share) {
  return from.map((value, i) => Math.round(value + (to[i] - value) * share));
}

const luminance = rgb => {
  const [r, g, b] = rgb.map(v => v / 255).map(v => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

const contrast = (a, b) => {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
};

const css = rgb => `rgb(${rgb.join(" ")})`;

function shade(target, share) {
  const level = Math.round(LEVELS * share), key = `${target}${level}`;
  if (!shades.has(key)) shades.set(key, mixed(target, level / LEVELS));
  return shades.get(key);
}

function mixed(target, share) {
  palette ??= read();
  const background = mix(palette.ground, palette[target], share);
  const letters = [palette.ink, palette.light, BLACK, WHITE];
  const text = letters.find(colour => contrast(background, colour) >= 4.5);      // one of black and white is always enough
  return { background: css(background), text: css(text) };
}

/** A weight in [0, 1]. */
export const heat = weight => shade("warm", Math.sqrt(Math.max(0, Math.min(1, weight))));

/** A signed value in units of `scale`: one hue above zero, the other below. */
export function signed(value, scale) {
  const share = Math.min(1, Math.abs(value) / scale) ** 0.7;
  return shade(value >= 0 ? "warm" : "cool", share);
}

/** A cosine: those near 1 stand out. */
export const cosine = value => signed(Math.sign(value) * Math.max(0, Math.abs(value)) ** 1.5, 1);
