// Light or dark: what the system says, unless the reader chose.

import { forget } from "./colour.js";

const NEXT = { auto: "light", light: "dark", dark: "auto" };
const NAMES = { auto: "as the system", light: "light", dark: "dark" };

export function theme(button, redraw) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  let choice = localStorage.getItem("theme") in NEXT ? localStorage.getItem("theme") : "auto";
  const apply = () => {
    document.documentElement.dataset.theme = choice === "auto" ? (system.matches ? "dark" : "light") : choice;
    button.textContent = `Theme: ${NAMES[choice]}`;
    forget();
    redraw();
  };
  button.addEventListener("click", () => {
    choice = NEXT[choice];
    localStorage.setItem("theme", choice);
    apply();
  });
  system.addEventListener("change", apply);
  apply();
}
