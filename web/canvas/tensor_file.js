// Reads safetensors: numbers by name, with what they mean as JSON beside them (plots/page_file.py writes it).
// The format is 8 bytes of length, a JSON header, and the numbers, all little endian.

const READERS = {
  F32: (buffer, start, end) => new Float32Array(buffer.slice(start, end)),
  F16: (buffer, start, end) => halves(new Uint16Array(buffer.slice(start, end))),
  U8: (buffer, start, end) => new Uint8Array(buffer.slice(start, end)),
  I16: (buffer, start, end) => new Int16Array(buffer.slice(start, end)),
  I32: (buffer, start, end) => new Int32Array(buffer.slice(start, end)),
};

/** `{about, arrays: {name: {shape, values}}}`; half floats become floats. */
export function readTensors(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const { __metadata__: metadata = {}, ...entries } = JSON.parse(
    new TextDecoder().decode(new Uint8Array(buffer, 8, length)),
  );
  const arrays = {};
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(entries)) {
    if (!READERS[dtype]) throw new Error(`${name} holds ${dtype}, which this page cannot read`);
    const [start, end] = offsets.map((offset) => 8 + length + offset);
    arrays[name] = { shape, values: READERS[dtype](buffer, start, end) };
  }
  return { about: JSON.parse(metadata.scorefield ?? "{}"), arrays };
}

/** Half floats as floats: sign, five bits of exponent, ten of fraction. */
function halves(bits) {
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = half(bits[i]);
  return values;
}

function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
