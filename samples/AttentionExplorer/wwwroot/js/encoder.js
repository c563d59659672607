// The worker as promises; sentences that were read are remembered.

const REMEMBERED = 24;

export class Encoder {
  constructor(onProgress) {
    this.worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    this.waiting = new Map();
    this.readings = new Map();
    this.next = 0;
    this.worker.addEventListener("message", ({ data }) => {
      if (data.progress) return onProgress(...data.progress);
      const { resolve, reject } = this.waiting.get(data.id);
      this.waiting.delete(data.id);
      if (data.error) reject(new Error(data.error));
      else resolve(data.result);
    });
    this.worker.addEventListener("error", event => {
      const error = new Error(event.message || "the encoder's worker could not be started");
      for (const { reject } of this.waiting.values()) reject(error);
      this.waiting.clear();
    });
  }

  ask(request) {
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, ...request });
    });
  }

  start() { return this.ask({ kind: "start" }); }

  /** A sentence's tokens, vectors, attention and steps; the same object for the same text. */
  read(text) {
    const known = this.readings.get(text);
    this.readings.delete(text);
    const reading = known ?? this.ask({ kind: "read", text }).then(result => new Reading(result));
    this.readings.set(text, reading);
    if (this.readings.size > REMEMBERED) this.readings.delete(this.readings.keys().next().value);
    if (!known) reading.catch(() => this.readings.delete(text));
    return reading;
  }

  origin(text, place) { return this.ask({ kind: "origin", text, place }); }
}

/** What the encoder made of a sentence. */
export class Reading {
  constructor(result) {
    Object.assign(this, result);
    this.width = this.hidden.length / this.n;
    this.heads = this.layers[0].weights.length / (this.n * this.n);
  }

  /** Attention of a head, or of "mean": [n * n], from each token (row) to each. */
  attention(layer, head) {
    const each = this.n * this.n, start = layer * this.heads * each;
    if (head !== "mean") return this.attentions.subarray(start + head * each, start + (head + 1) * each);
    const mean = new Float32Array(each);
    for (let i = 0; i < each; i++) {
      for (let one = 0; one < this.heads; one++) mean[i] += this.attentions[start + one * each + i] / this.heads;
    }
    return mean;
  }

  /** A token's final vector. */
  vector(token) { return this.hidden.subarray(token * this.width, (token + 1) * this.width); }

  /** "cat", or "the (6)" where the word occurs twice. */
  name(token) {
    const word = this.tokens[token];
    return this.tokens.indexOf(word) === this.tokens.lastIndexOf(word) ? word : `${word} (${token})`;
  }

  isSpecial(token) { return token === 0 || token === this.n - 1; }
}
