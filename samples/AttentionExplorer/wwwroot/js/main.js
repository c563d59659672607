// The page: what is chosen, what was read, and the views of both.

import { Comparison } from "./compare.js";
import { Cosines } from "./cosines.js";
import { byId, h, number, percent, put } from "./dom.js";
import { Encoder } from "./encoder.js";
import { saving } from "./export.js";
import { Heads } from "./heads.js";
import { HeatMap } from "./heatmap.js";
import { Inspector } from "./inspector.js";
import { Looks } from "./looks.js";
import { SentenceBox } from "./sentence-box.js";
import { learn, nameOf, specialityOf } from "./specialities.js";
import { EXAMPLES, format, parse, Store } from "./state.js";
import { Steps } from "./steps.js";
import { theme } from "./theme.js";
import { Words } from "./words.js";

const PRONOUNS = new Set(["it", "they", "he", "she"]);
const store = new Store(parse(location.hash));
const encoder = new Encoder((loaded, total) => status(`Loading the encoder … ${loaded} of ${total} files`));
const todo = new Set();                                 // what changed since everything was drawn
let reading = null, second = null, turn = 0;

const status = (text, isError = false) => {
  byId("status").textContent = text;
  byId("status").classList.toggle("error", isError);
};

// ---- views ------------------------------------------------------------------------------------

const chooseWord = word => store.set({ word });
const chooseHead = (layer, head) => store.set({ layer, head });
const heads = new Heads(byId("heads"), chooseHead);
const looks = new Looks(chooseWord);
const map = new HeatMap(byId("map"), chooseWord);
const inspector = new Inspector(byId("inspector"), place => encoder.origin(place.text, place));
const steps = new Steps(byId("steps"), byId("steps-note"), inspector);
const comparison = new Comparison({ table: byId("changes-table"), summary: byId("changes-summary") }, chooseWord);
let box, secondBox, cosines;

/** The chosen word, where there is one, or else a pronoun, or the last word. */
function wordOf(state) {
  const first = state.special ? 0 : 1, last = reading.n - (state.special ? 1 : 2);
  if (state.word !== null && state.word >= first && state.word <= last) return state.word;
  const pronoun = reading.tokens.findIndex(token => PRONOUNS.has(token));
  return pronoun >= 0 ? pronoun : reading.n - 2;
}

function drawAbout(state) {
  const { long } = specialityOf(state.layer, state.head);
  put(byId("about"), h("h3", {}, `Layer ${state.layer + 1}, ${nameOf(state.head)}`), h("p", {}, long));
}

function drawLinks(state) {
  const attention = reading.attention(state.layer, state.head), n = reading.n, links = [];
  for (let from = 0; from < n; from++) {
    for (let to = 0; to < n; to++) {
      if (!reading.isSpecial(from) && !reading.isSpecial(to)) links.push({ from, to, weight: attention[from * n + to] });
    }
  }
  links.sort((a, b) => b.weight - a.weight);
  put(byId("links"), links.slice(0, 8).filter(link => link.weight >= 0.02).map(link => h("li", {}, `${reading.name(link.from)} → ${reading.name(link.to)}`, h("span", { class: "share" }, percent(link.weight)))));
}

function drawSteps(state, word, pause) {
  const mean = state.head === "mean";
  byId("no-steps").hidden = !mean;
  byId("all-steps").hidden = mean;
  byId("steps-title").textContent = mean ? "Step by step" : `Step by step: “${reading.name(word)}” in layer ${state.layer + 1}, ${nameOf(state.head)}`;
  return mean ? null : steps.draw(reading, state, word, pause);
}

/** Draws in slices, what one looks at first, so that no task is long. */
async function draw(state, changed) {
  if (!reading) return;
  changed.forEach(name => todo.add(name));
  const mine = ++turn, word = wordOf(state), all = todo.has("reading") || todo.has("theme");
  byId("views").hidden = false;
  const pause = async () => {
    await new Promise(resolve => setTimeout(resolve));
    return mine === turn;
  };
  const slices = [
    () => looks.draw(reading, second, state, word),
    () => (all || todo.has("special") ? heads.draw(reading, state, word) : heads.mark(reading, state, word)),
    () => { drawAbout(state); drawLinks(state); },
    () => map.draw(reading, state, word),
    () => {
      byId("changes").hidden = !second;
      if (second) comparison.draw(reading, second, state, word);
    },
    () => drawSteps(state, word, pause),
    () => (all || todo.has("uses") ? cosines.draw(state.uses) : null),
  ];
  for (const slice of slices) {
    await slice();
    if (!await pause()) return;                        // another turn began, which does what is still to do
  }
  todo.clear();
  byId("views").dataset.drawn = format(state);         // what the views show, for who waits for them
}

// ---- reading ----------------------------------------------------------------------------------

async function read(state) {
  const wanted = `${state.text}|${state.second}`;
  if (box.words.fault(state.text, box.maxTokens)) {
    status("This sentence can't be read: see above.");
    return;
  }
  try {
    const readable = state.second !== null && !box.words.fault(state.second, box.maxTokens);
    const [one, two] = await Promise.all([encoder.read(state.text), readable ? encoder.read(state.second) : null]);
    if (wanted !== `${store.state.text}|${store.state.second}`) return;
    [reading, second] = [one, two];
    status(`${one.n} tokens read in ${number(one.milliseconds, 1)} ms by the generated encoder, in this page`);
    byId("digest").textContent = one.digest ?? "not available: this address is neither https nor localhost";
    store.changed.add("reading");
    store.tell();
  } catch (error) {
    status(error.message, true);
  }
}

function show(state) {
  byId("examples").querySelectorAll("button").forEach(button => button.setAttribute("aria-pressed", button.textContent === state.text ? "true" : "false"));
  byId("compare").setAttribute("aria-pressed", state.second === null ? "false" : "true");
  byId("second-line").hidden = state.second === null;
  byId("special").checked = state.special;
  document.querySelector(`input[name=direction][value=${state.direction}]`).checked = true;
}

function chosen(state, changed) {
  show(state);
  if (location.hash !== format(state)) history.replaceState(null, "", format(state));
  if (changed.has("text") || changed.has("second")) read(state);
  else draw(state, changed);
}

// ---- controls ---------------------------------------------------------------------------------

function controls() {
  put(byId("examples"), EXAMPLES.map(example => h("button", { type: "button", class: "chip", "aria-pressed": "false", onclick: () => take(example) }, example.text)));
  byId("compare").addEventListener("click", () => {
    const on = store.state.second === null, other = EXAMPLES.find(example => example.text !== store.state.text);
    const partner = EXAMPLES.find(example => example.text === store.state.text)?.partner ?? other.text;
    store.set({ second: on ? partner : null });
    secondBox.text = on ? partner : "";
    if (on) requestAnimationFrame(() => byId("second").focus());
  });
  document.querySelectorAll("input[name=direction]").forEach(radio => radio.addEventListener("change", () => store.set({ direction: radio.value })));
  byId("special").addEventListener("change", event => store.set({ special: event.target.checked }));
  byId("take-head").addEventListener("click", () => chooseHead(store.state.layer, 0));

  saving(() => ({ reading, state: store.state }));
  addEventListener("hashchange", () => {
    const state = parse(location.hash);
    box.text = state.text;
    secondBox.text = state.second ?? "";
    store.set(state);
  });
}

function take({ text, head, word }) {
  box.text = text;
  store.set({ text, word, ...(head === undefined ? {} : { layer: 1, head }) });
}

async function start() {
  controls();
  show(store.state);
  byId("sentence").value = store.state.text;
  theme(byId("theme"), () => reading && draw(store.state, new Set(["theme"])));
  try {
    const [model, metrics] = await Promise.all([encoder.start(), fetch("model/metrics.json").then(response => response.json())]);
    learn(metrics);
    const words = new Words(model.vocabulary);
    const setText = text => store.set({ text, word: text === store.state.text ? store.state.word : null });
    box = new SentenceBox(byId("sentence"), byId("advice"), words, model.maxTokens, setText);
    secondBox = new SentenceBox(byId("second"), byId("second-advice"), words, model.maxTokens, text => store.set({ second: text }));
    cosines = new Cosines({ rows: byId("uses"), table: byId("cosines"), add: byId("add-use") }, words, model.maxTokens, text => encoder.read(text), uses => store.set({ uses }));
    box.text = store.state.text;
    secondBox.text = store.state.second ?? "";
    byId("sentence").disabled = byId("compare").disabled = false;
    store.listen(chosen);
    history.replaceState(null, "", format(store.state));
    await read(store.state);
    document.querySelector("main").setAttribute("aria-busy", "false");
    const ready = performance.now();
    byId("timing").textContent = `Ready ${(ready / 1000).toFixed(1)} s after the page's start; loading the model took ${model.loadMilliseconds.toFixed(0)} ms of it.`;
    document.documentElement.dataset.ready = ready.toFixed(0);
  } catch (error) {
    status(`The encoder could not be started: ${error.message}`, true);
    document.documentElement.dataset.failed = error.message;
  }
}

start();
