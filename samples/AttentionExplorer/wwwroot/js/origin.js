// Where a number comes from: the terms it is the sum of, the largest first.

import { EPSILON } from "./forward.js";

/** The terms of one output of a linear layer. */
function linearTerms(forward, name, input, row, output, from, to) {
  const [weight, bias] = forward.pair(name), inputs = input.length / to.rows;
  const terms = [];
  for (let i = 0; i < inputs; i++) {
    const x = input[row * inputs + i], w = weight[output * inputs + i];
    terms.push({ index: i, left: x, right: w, value: x * w });
  }
  return { form: "sum", from, bias: bias[output], ...largest(terms) };
}

/** How many terms there are, what they sum to, and the largest of them. */
function largest(terms, count = 3) {
  const order = [...terms].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  return { count: terms.length, total: terms.reduce((sum, term) => sum + term.value, 0), terms: order.slice(0, count) };
}

function normTerms(forward, name, first, second, row, index) {
  const width = forward.width, [weight, bias] = forward.pair(name);
  const sums = Array.from({ length: width }, (_, i) => first[row * width + i] + second[row * width + i]);
  const mean = sums.reduce((a, b) => a + b, 0) / width;
  const deviation = Math.sqrt(sums.reduce((a, b) => a + (b - mean) ** 2, 0) / width + EPSILON);
  return { form: "norm", left: first[row * width + index], right: second[row * width + index], mean, deviation, scale: weight[index], bias: bias[index] };
}

/** Of `steps` (a layer's), for token `word` and `head`: what number `index` of the step `of` is made of; `key` is the token of a key or value. */
export function origin(forward, run, { layer, head, word, of, index, key }) {
  const steps = run.layers[layer], n = run.ids.length, prefix = `encoder.layer.${layer}.`, { width, size } = forward, to = { rows: n };
  const inHead = head * size + index, row = key ?? word;
  switch (of) {
    case "input": {
      if (layer > 0) return origin(forward, run, { layer: layer - 1, head, word: row, of: "output", index });
      const words = forward.get("embeddings.word_embeddings.weight"), positions = forward.get("embeddings.position_embeddings.weight");
      const w = new Float64Array(n * width), p = new Float64Array(n * width);
      run.ids.forEach((id, at) => {
        w.set(words.subarray(id * width, (id + 1) * width), at * width);
        p.set(positions.subarray(at * width, (at + 1) * width), at * width);
      });
      return { ...normTerms(forward, "embeddings.LayerNorm", w, p, word, index), names: ["of the word", "of its position"] };
    }
    case "query": return linearTerms(forward, `${prefix}attention.self.query`, steps.input, word, inHead, "input", to);
    case "key": return linearTerms(forward, `${prefix}attention.self.key`, steps.input, row, inHead, "input", to);
    case "value": return linearTerms(forward, `${prefix}attention.self.value`, steps.input, row, inHead, "input", to);
    case "score": {
      const terms = [];
      for (let i = 0; i < size; i++) {
        const left = steps.q[word * width + head * size + i], right = steps.k[key * width + head * size + i];
        terms.push({ index: i, left, right, value: left * right });
      }
      return { form: "sum", from: "query", ...largest(terms) };
    }
    case "mixed": {
      const terms = [];
      for (let token = 0; token < n; token++) {
        const left = steps.weights[(head * n + word) * n + token], right = steps.v[token * width + inHead];
        terms.push({ index: token, left, right, value: left * right });
      }
      return { form: "sum", from: "softmax", ...largest(terms) };
    }
    case "heads": return origin(forward, run, { layer, head: Math.floor(index / size), word, of: "mixed", index: index % size });
    case "projected": return linearTerms(forward, `${prefix}attention.output.dense`, steps.mixed, word, index, "heads", to);
    case "attended":
      return { ...normTerms(forward, `${prefix}attention.output.LayerNorm`, steps.input, steps.projected, word, index), names: ["what entered", "projection"] };
    case "inner": return { ...linearTerms(forward, `${prefix}intermediate.dense`, steps.attended, word, index, "attended", to), relu: true };
    case "network": return linearTerms(forward, `${prefix}output.dense`, steps.inner, word, index, "inner", to);
    case "output":
      return { ...normTerms(forward, `${prefix}output.LayerNorm`, steps.attended, steps.network, word, index), names: ["after attention", "network"] };
    default: throw new Error(`unknown step ${of}`);
  }
}
