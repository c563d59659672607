// The encoder's arithmetic once more, plainly and in double precision, to show every number between its inputs and outputs.
// The generated encoder hands out attention and hidden states; those are shown as they are, and how far these differ is shown too.

export const EPSILON = 1e-12;

/** y[rows, outputs] = x[rows, inputs] * weight[outputs, inputs] + bias */
function linear(x, rows, weight, bias) {
  const outputs = bias.length, inputs = x.length / rows, y = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    for (let o = 0; o < outputs; o++) {
      let sum = bias[o];
      for (let i = 0, w = o * inputs, at = row * inputs; i < inputs; i++) sum += x[at + i] * weight[w + i];
      y[row * outputs + o] = sum;
    }
  }
  return y;
}

function layerNorm(x, rows, weight, bias) {
  const width = weight.length, y = new Float64Array(x.length);
  for (let row = 0; row < rows; row++) {
    const part = x.subarray(row * width, (row + 1) * width);
    const mean = part.reduce((a, b) => a + b, 0) / width;
    const deviation = Math.sqrt(part.reduce((a, b) => a + (b - mean) ** 2, 0) / width + EPSILON);
    for (let i = 0; i < width; i++) y[row * width + i] = (part[i] - mean) / deviation * weight[i] + bias[i];
  }
  return y;
}

const plus = (a, b) => a.map((value, i) => value + b[i]);

export class Forward {
  constructor(tensors, layers, heads, width) {
    Object.assign(this, { tensors, layers, heads, width, size: width / heads });
  }

  get(name) {
    const tensor = this.tensors.get(name);
    if (!tensor) throw new Error(`the model has no tensor ${name}`);
    return tensor;
  }

  pair(name) { return [this.get(`${name}.weight`), this.get(`${name}.bias`)]; }

  /** Every step of every layer, for all tokens; arrays are row-major, a row for each token. */
  run(ids) {
    const words = this.get("embeddings.word_embeddings.weight"), positions = this.get("embeddings.position_embeddings.weight");
    const n = ids.length, width = this.width, sum = new Float64Array(n * width);
    ids.forEach((id, row) => {
      for (let i = 0; i < width; i++) sum[row * width + i] = words[id * width + i] + positions[row * width + i];
    });
    let x = layerNorm(sum, n, ...this.pair("embeddings.LayerNorm"));
    const layers = [];
    for (let layer = 0; layer < this.layers; layer++) {
      const steps = this.layer(x, n, layer);
      layers.push(steps);
      x = steps.output;
    }
    return { ids, embedded: sum, layers };
  }

  layer(input, n, layer) {
    const prefix = `encoder.layer.${layer}.`;
    const [q, k, v] = ["query", "key", "value"].map(part => linear(input, n, ...this.pair(`${prefix}attention.self.${part}`)));
    const { scores, weights, mixed } = this.attend(q, k, v, n);
    const projected = linear(mixed, n, ...this.pair(`${prefix}attention.output.dense`));
    const attended = layerNorm(plus(input, projected), n, ...this.pair(`${prefix}attention.output.LayerNorm`));
    const inner = linear(attended, n, ...this.pair(`${prefix}intermediate.dense`)).map(value => Math.max(0, value));
    const network = linear(inner, n, ...this.pair(`${prefix}output.dense`));
    const output = layerNorm(plus(attended, network), n, ...this.pair(`${prefix}output.LayerNorm`));
    return { input, q, k, v, scores, weights, mixed, projected, attended, inner, network, output };
  }

  /** scores and weights are [heads, n, n]; scores are q * k before the division by the root of the head's size. */
  attend(q, k, v, n) {
    const { heads, size, width } = this;
    const scores = new Float64Array(heads * n * n), weights = new Float64Array(heads * n * n), mixed = new Float64Array(n * width);
    for (let head = 0; head < heads; head++) {
      for (let row = 0; row < n; row++) {
        const at = (head * n + row) * n;
        for (let column = 0; column < n; column++) {
          let dot = 0;
          for (let i = 0; i < size; i++) dot += q[row * width + head * size + i] * k[column * width + head * size + i];
          scores[at + column] = dot;
        }
        const scaled = scores.subarray(at, at + n).map(score => score / Math.sqrt(size));
        const largest = Math.max(...scaled), exps = scaled.map(value => Math.exp(value - largest));
        const total = exps.reduce((a, b) => a + b, 0);
        for (let column = 0; column < n; column++) {
          weights[at + column] = exps[column] / total;
          for (let i = 0; i < size; i++) mixed[row * width + head * size + i] += exps[column] / total * v[column * width + head * size + i];
        }
      }
    }
    return { scores, weights, mixed };
  }
}

/** The largest difference of two arrays. */
export function farthest(a, b) {
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]));
  return most;
}
