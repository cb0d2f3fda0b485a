/**
 * A file in the schema and of the size of the full Azure 2021 trace: 424 functions of 119 apps, names of 64 hex digits, a heavy
 * tail of popularity, times with 16 to 17 digits as Python prints doubles. Every byte follows from the seed.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';

export const ROWS = 1_980_951;
const FUNCTIONS = 424;
const APPS = 119;
const SECONDS = 14 * 86400;

/** Uniform numbers in [0, 1): mulberry32, good enough to lay out a file. */
function uniform(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const hex = (text) => createHash('sha256').update(text).digest('hex');

/** Writes the file and answers with its size and what a reader must find in it. */
export function writeSynthetic2021(path, rows = ROWS, seed = 1) {
  const next = uniform(seed);
  const names = Array.from({ length: FUNCTIONS }, (_, f) => `${hex(`app ${f % APPS}`)},${hex(`function ${f}`)}`);
  const popularity = Float64Array.from({ length: FUNCTIONS }, (_, f) => 1 / (f + 1) ** 1.3);
  let sum = 0;
  const cumulative = popularity.map((share) => {
    sum += share;
    return sum;
  });
  const file = openSync(path, 'w');
  let bytes = 0;
  let text = 'app,func,end_timestamp,duration\r\n';
  const seen = new Set();
  for (let row = 0; row < rows; row++) {
    const draw = next() * sum;
    let low = 0;
    let high = FUNCTIONS - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle] < draw) low = middle + 1;
      else high = middle;
    }
    seen.add(low);
    const end = ((row + next()) / rows) * SECONDS;
    const duration = Math.round(1000 * Math.exp(6 * next() - 4)) / 1000;
    text += `${names[low]},${end},${duration}\r\n`;
    if (text.length > 1 << 20) {
      bytes += writeSync(file, text);
      text = '';
    }
  }
  bytes += writeSync(file, text);
  closeSync(file);
  return { bytes, rows, functions: seen.size };
}
