/**
 * A file of the size of the full Azure 2021 trace (1,980,951 rows, 305 MB, synthetic), read by Isotherm and loaded into a
 * table by DuckDB on one thread, each round in a process of its own, so that peak memory is one round's.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withFolder } from '../child.js';
import type { Bench, Case } from '../harness.js';
import { writeSynthetic2021 } from './synthetic-2021.mjs';

const LIMIT_MIB = 300;
const ROUNDS = 5;
const ISOTHERM = 'isotherm';
const DUCKDB = 'DuckDB, 1 thread';
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What a round prints. */
interface Found {
  ms: number;
  peakMiB: number;
  rows: number;
  functions: number;
  seconds: number;
}

export default async function readersSuite(bench: Bench): Promise<void> {
  await withFolder(async (folder) => {
    const file = join(folder, 'synthetic-2021.csv');
    const written = writeSynthetic2021(file);
    bench.note(`${written.rows} rows, ${(written.bytes / 1e6).toFixed(1)} MB, ${written.functions} functions`);
    const sums: number[] = [];
    const peaks = new Map<string, number>();
    const timed = (name: string, script: string): Case => {
      let found: Found;
      return {
        name,
        outside() {
          found = JSON.parse(execFileSync(process.execPath, [here(script), file], { encoding: 'utf8' }));
          return found.ms / 1000;
        },
        check() {
          assert.equal(found.rows, written.rows);
          assert.equal(found.functions, written.functions);
          sums.push(found.seconds);
          assert.ok(Math.abs(found.seconds - sums[0]) <= 1e-9 * sums[0], 'the durations have another sum');
          peaks.set(name, Math.max(found.peakMiB, peaks.get(name) ?? 0));
        },
      };
    };
    const own = timed(ISOTHERM, 'read-isotherm.mjs');
    const cases: Case[] = [own];
    if (existsSync(here('../peers/node_modules/@duckdb/node-api'))) {
      own.aim = { times: 2, of: DUCKDB };
      cases.push(timed(DUCKDB, 'read-duckdb.mjs'));
    } else {
      bench.note('DuckDB is not installed (`npm ci --prefix bench/peers`); Isotherm is measured alone');
    }
    await bench.group({ name: 'Azure 2021 schema', amount: written.bytes / 1e6, unit: 'MB', rounds: ROUNDS, cases });
    for (const [name, peakMiB] of peaks) {
      bench.fact(`peak memory, ${name}`, peakMiB, 'MiB', name === ISOTHERM ? LIMIT_MIB : undefined);
    }
  });
}
