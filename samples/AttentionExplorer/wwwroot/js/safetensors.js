// A model file in memory: names to numbers.

/** Float16 as JavaScript's numbers have none in every browser: sign, 5 bits of exponent, 10 of fraction. */
function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const HALVES = new Float64Array(65536);
for (let bits = 0; bits < 65536; bits++) HALVES[bits] = half(bits);

/** name (without "bert.") -> Float64Array, row-major as in the file. */
export function tensors(buffer) {
  const view = new DataView(buffer);
  const size = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, size)));
  const found = new Map();
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    if (entry.dtype !== "F16") throw new Error(`${name} is ${entry.dtype}, but this page reads F16`);
    const [begin, end] = entry.data_offsets;
    const values = new Float64Array((end - begin) / 2);
    for (let i = 0; i < values.length; i++) values[i] = HALVES[view.getUint16(8 + size + begin + 2 * i, true)];
    found.set(name.replace(/^bert\./, ""), values);
  }
  return found;
}
