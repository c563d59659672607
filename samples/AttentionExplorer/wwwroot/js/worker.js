// Off the main thread: .NET with the generated encoder, and the plain arithmetic that shows its steps.

import { Forward, farthest } from "./forward.js";
import { origin } from "./origin.js";
import { tensors } from "./safetensors.js";

const KEPT = 24;                       // sentences whose steps are kept, for the origins of their numbers
const runs = new Map();
let encoder = null, forward = null;

async function file(name) {
  const response = await fetch(new URL(`../model/${name}`, import.meta.url));
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  return response;
}

async function start() {
  const began = performance.now();
  const { dotnet } = await import("../_framework/dotnet.js");
  const runtime = dotnet.withModuleConfig({
    onDownloadResourceProgress: (loaded, total) => postMessage({ progress: [loaded, total] }),
  }).create();
  const [{ getAssemblyExports, getConfig }, weights, vocabulary] = await Promise.all([
    runtime, file("model.safetensors").then(response => response.arrayBuffer()), file("vocab.txt").then(response => response.text())]);
  const exports = await getAssemblyExports(getConfig().mainAssemblyName);
  encoder = exports.AttentionExplorer.Exports;
  const loading = performance.now();
  const [layers, heads, width, maxTokens] = encoder.Load(new Uint8Array(weights), vocabulary);
  forward = new Forward(tensors(weights), layers, heads, width);
  const now = performance.now();
  return { layers, heads, width, maxTokens, vocabulary, loadMilliseconds: now - loading, startMilliseconds: now - began };
}

async function read(text) {
  const tokens = encoder.Tokens(text), ids = Array.from(encoder.Ids(text)), n = tokens.length;
  const began = performance.now();
  const values = encoder.Attend(text);
  const milliseconds = performance.now() - began;
  const floats = new Float32Array(values.slice().buffer);
  const digest = await sha256(values);
  const hidden = floats.slice(0, n * forward.width), attentions = floats.slice(n * forward.width);
  const run = forward.run(ids);
  keep(text, run);
  const each = forward.heads * n * n;
  const differences = {
    attention: Math.max(...run.layers.map((layer, i) => farthest(layer.weights, attentions.subarray(i * each, (i + 1) * each)))),
    hidden: farthest(run.layers.at(-1).output, hidden),
  };
  return { text, tokens, ids, n, hidden, attentions, milliseconds, digest, layers: run.layers, differences };
}

async function sha256(values) {
  if (!globalThis.crypto?.subtle) return null;               // pages of a plain http address have none
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", values));
  return Array.from(hash, value => value.toString(16).padStart(2, "0")).join("");
}

function keep(text, run) {
  runs.delete(text);
  runs.set(text, run);
  if (runs.size > KEPT) runs.delete(runs.keys().next().value);
}

async function answer({ kind, text, place }) {
  switch (kind) {
    case "start": return start();
    case "read": return read(text);
    case "origin": {
      const run = runs.get(text);
      return run ? origin(forward, run, place) : null;
    }
    default: throw new Error(`unknown request ${kind}`);
  }
}

addEventListener("message", async ({ data }) => {
  try {
    postMessage({ id: data.id, result: await answer(data) });
  } catch (error) {
    postMessage({ id: data.id, error: error.message });
  }
});
