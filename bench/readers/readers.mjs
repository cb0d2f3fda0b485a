/**
 * Reads a file of the size of the full Azure 2021 trace (1,980,951 rows, 305 MB, synthetic) with Isotherm and with DuckDB on
 * one thread, turn about, each round in a fresh process; asserts that both find the same and that Isotherm stays under
 * 300 MiB; prints the ratio of the times.
 *
 *     node bench/readers/readers.mjs [ROUNDS]
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSynthetic2021 } from './synthetic-2021.mjs';

const LIMIT_MIB = 300;
const rounds = Number(process.argv[2] ?? 7);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

if (!existsSync(here('../../ts/core/dist/trace/index.js'))) {
  console.error('readers: the library is not built; run `node scripts/setup.mjs` first');
  process.exit(2);
}
const withDuckDb = existsSync(here('../peers/node_modules/@duckdb/node-api'));
if (!withDuckDb)
  console.log('readers: DuckDB is not installed (`npm ci --prefix bench/peers`); Isotherm is measured alone');

const folder = mkdtempSync(join(tmpdir(), 'isotherm-readers-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

const file = join(folder, 'synthetic-2021.csv');
const written = writeSynthetic2021(file);
console.log(`readers: ${written.rows} rows, ${(written.bytes / 1e6).toFixed(1)} MB, ${written.functions} functions`);

const once = (script) => JSON.parse(execFileSync(process.execPath, [here(script), file], { encoding: 'utf8' }));
const isotherm = [];
const duckDb = [];
for (let round = 0; round < rounds; round++) {
  isotherm.push(once('read-isotherm.mjs'));
  if (withDuckDb) duckDb.push(once('read-duckdb.mjs'));
}

for (const found of [...isotherm, ...duckDb]) {
  assert.equal(found.rows, written.rows);
  assert.equal(found.functions, written.functions);
  assert.ok(Math.abs(found.seconds - isotherm[0].seconds) <= 1e-9 * found.seconds);
}

const sorted = (values) => values.toSorted((a, b) => a - b);
const median = (values) => {
  const ascending = sorted(values);
  return (ascending[(ascending.length - 1) >> 1] + ascending[ascending.length >> 1]) / 2;
};
const spread = (values) => `${sorted(values)[0].toFixed(2)}..${sorted(values).at(-1).toFixed(2)}`;
const line = (name, found) => {
  const seconds = found.map((one) => one.ms / 1000);
  const peak = Math.max(...found.map((one) => one.peakMiB));
  const rate = (written.bytes / 1e6 / median(seconds)).toFixed(0);
  const times = `median ${median(seconds).toFixed(2)} s (${spread(seconds)})`;
  console.log(`${name.padEnd(18)} ${times}, ${rate} MB/s, peak ${peak.toFixed(0)} MiB`);
  return peak;
};

const peak = line('isotherm', isotherm);
if (withDuckDb) {
  line('duckdb, 1 thread', duckDb);
  const ratios = isotherm.map((one, round) => one.ms / duckDb[round].ms);
  console.log(`time, isotherm / duckdb: median ${median(ratios).toFixed(2)} (${spread(ratios)}); the aim is below 2`);
}
assert.ok(peak < LIMIT_MIB, `peak memory ${peak.toFixed(0)} MiB, expected below ${LIMIT_MIB}`);
