/** Windows of many functions under one budget, from scratch and one function changed, on three backends; the optimum by HiGHS. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Kernels, MultipleChoiceHandle } from '../../ts/core/dist/kernels/contract.js';
import { type BenchBackend, backends } from '../backends.js';
import type { Aim, Bench, Case } from '../harness.js';
import { compile } from '../peers/cpp.js';

const FUNCTIONS = 100_000;
const WINDOWS = 32;
const SOLVED_BY_HIGHS = 100;
const NONE = new Float64Array(0);

/** `[functions, windows]`: ascending resource, descending cost, sizes that differ a thousandfold; the same ones every time. */
interface Fleet {
  functions: number;
  offsets: Float64Array;
  cost: Float64Array;
  resource: Float64Array;
  limit: number;
}

function fleetOf(functions: number): Fleet {
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const cost = new Float64Array(functions * WINDOWS);
  const resource = new Float64Array(functions * WINDOWS);
  let all = 0;
  for (let f = 0; f < functions; f++) {
    const size = 1 / (0.001 + next());
    let needs = 0;
    let costs = 1 / (0.001 + next());
    for (let i = f * WINDOWS; i < (f + 1) * WINDOWS; i++) {
      cost[i] = costs;
      resource[i] = needs;
      needs += size * next();
      costs *= 1 - 0.3 * next();
    }
    all += resource[(f + 1) * WINDOWS - 1];
  }
  const offsets = Float64Array.from({ length: functions + 1 }, (_, f) => f * WINDOWS);
  return { functions, offsets, cost, resource, limit: all / 5 };
}

interface Answer {
  summary: Float64Array;
  choices: Int32Array;
}

function solve(kernels: Kernels, { functions, offsets, cost, resource, limit }: Fleet, threads: number): Answer {
  const handle = kernels.multipleChoiceCreate(functions);
  kernels.multipleChoiceSet(handle, 0, offsets, cost, resource, NONE, NONE, threads);
  const summary = new Float64Array(6);
  kernels.multipleChoiceSolve(handle, limit, summary);
  const choices = kernels.multipleChoiceChoices(handle);
  handle.close();
  return { summary, choices };
}

/** The sums are those of the choices, within the limit, and not far above the bound. */
function assertSound({ cost, resource, limit }: Fleet, { summary, choices }: Answer): void {
  let [costs, needs] = [0, 0];
  choices.forEach((choice, f) => {
    costs += cost[f * WINDOWS + choice];
    needs += resource[f * WINDOWS + choice];
  });
  assert.ok(Math.abs(costs - summary[0]) <= 1e-9 * costs && summary[1] <= limit && needs <= limit * (1 + 1e-9));
  assert.ok(summary[2] <= summary[3] && summary[3] <= summary[0]);
}

function assertSame(found: Answer, expected: Answer): void {
  assert.deepEqual(found.summary, expected.summary, 'results differ');
  assert.ok(Buffer.compare(Buffer.from(found.choices.buffer), Buffer.from(expected.choices.buffer)) === 0);
}

const TITLE = { native: 'native', wasm: 'WASM', pure: 'pure TypeScript' };

function fromScratch(
  { kernels }: BenchBackend,
  name: string,
  fleet: Fleet,
  threads: number,
  expected: Answer,
  aim?: Aim,
): Case {
  let found: Answer | undefined;
  return {
    name,
    run() {
      found = solve(kernels, fleet, threads);
    },
    check() {
      assert.ok(found !== undefined);
      assertSame(found, expected);
      found = undefined;
    },
    ...(aim !== undefined && { aim }),
  };
}

/** Lower hulls and one sort in C++: its bound is the bound of the relaxation. */
function cppCase(bench: Bench, folder: string, fleet: Fleet, { summary }: Answer): Case[] {
  const peer = compile(folder, 'multiple-choice');
  if (peer === undefined) {
    bench.note('no g++ here: Isotherm is measured alone');
    return [];
  }
  const file = join(folder, 'fleet.bin');
  const header = Float64Array.of(fleet.functions, WINDOWS, fleet.limit);
  writeFileSync(file, Buffer.concat([header, fleet.cost, fleet.resource].map((part) => Buffer.from(part.buffer))));
  let found = [Number.NaN, Number.NaN, Number.NaN];
  return [
    {
      name: `plain C++, relaxation and greedy filling (${peer.compiler})`,
      outside() {
        found = peer.run([file]).split(' ').map(Number);
        return found[0];
      },
      check() {
        assert.ok(Math.abs(found[1] - summary[2]) <= 1e-9 * summary[2], 'the bounds of the relaxation differ');
        assert.ok(found[2] >= summary[0] * (1 - 1e-12), 'plain filling is better');
      },
    },
  ];
}

async function scratch(bench: Bench, able: BenchBackend[], folder: string): Promise<void> {
  const fleet = fleetOf(FUNCTIONS);
  const expected = solve(able[0].kernels, fleet, 1);
  assertSound(fleet, expected);
  const [cost, , dualBound, bound] = expected.summary;
  const cases = able.flatMap((backend) => {
    if (backend.name !== 'native') return [fromScratch(backend, TITLE[backend.name], fleet, 1, expected)];
    return [
      fromScratch(backend, 'native, 1 thread', fleet, 1, expected),
      fromScratch(backend, 'native, 2 threads', fleet, 2, expected, { seconds: 1 }),
    ];
  });
  const name = `${FUNCTIONS} functions with ${WINDOWS} choices each`;
  const peers = cppCase(bench, folder, fleet, expected);
  await bench.group({ name, amount: FUNCTIONS, unit: 'functions', rounds: 7, cases: [...cases, ...peers] });
  bench.fact('gap to the bound', ((cost - bound) / cost) * 1e9, 'in 10^9 of the cost');
  bench.fact('gap to the dual bound', ((cost - dualBound) / cost) * 1e9, 'in 10^9 of the cost');
}

/** A fleet that stays: in each turn one function gets other choices, and back. */
function changing({ kernels }: BenchBackend, name: string, fleet: Fleet): Case {
  const handle: MultipleChoiceHandle = kernels.multipleChoiceCreate(fleet.functions);
  kernels.multipleChoiceSet(handle, 0, fleet.offsets, fleet.cost, fleet.resource, NONE, NONE, 2);
  const one = Float64Array.of(0, WINDOWS);
  const summary = new Float64Array(6);
  let turn = 0;
  const change = (factor: number): void => {
    const from = ((turn * 7919) % fleet.functions) * WINDOWS;
    const cost = fleet.cost.slice(from, from + WINDOWS).map((usual) => usual * factor);
    kernels.multipleChoiceSet(
      handle,
      from / WINDOWS,
      one,
      cost,
      fleet.resource.subarray(from, from + WINDOWS),
      NONE,
      NONE,
      1,
    );
    kernels.multipleChoiceSolve(handle, fleet.limit, summary);
  };
  change(1);
  // All but how many choices changed.
  const usual = summary.slice(0, -1);
  return {
    name,
    run() {
      turn++;
      change(1.5);
      change(1);
    },
    check: () => assert.deepEqual(summary.slice(0, -1), usual, 'a change and its reverse leave another answer'),
  };
}

async function changes(bench: Bench, able: BenchBackend[]): Promise<void> {
  const fleet = fleetOf(FUNCTIONS);
  const cases = able.map((backend) => changing(backend, TITLE[backend.name], fleet));
  await bench.group({
    name: `one of ${FUNCTIONS} functions changed, and back`,
    amount: 2,
    unit: 'changes',
    rounds: 11,
    cases,
  });
}

/** As a mixed-integer program in the LP format. */
function program({ functions, cost, resource, limit }: Fleet): string {
  const name = (f: number, w: number) => `x${f}_${w}`;
  const terms = (column: Float64Array) =>
    Array.from(column, (value, i) => `+ ${value} ${name(Math.floor(i / WINDOWS), i % WINDOWS)}`).join('\n');
  const rows = Array.from({ length: functions }, (_, f) =>
    Array.from({ length: WINDOWS }, (_, w) => `+ ${name(f, w)}`)
      .join(' ')
      .concat(' = 1'),
  );
  const all = rows.map((_, f) => Array.from({ length: WINDOWS }, (_, w) => name(f, w)).join(' '));
  return `Minimize\n${terms(cost)}\nSubject To\n${terms(resource)} <= ${limit}\n${rows.join('\n')}\nBinary\n${all.join('\n')}\nEnd\n`;
}

interface Highs {
  solve(program: string, options: Record<string, number>): { Status: string; ObjectiveValue: number };
}

/** HiGHS finds the optimum of a fleet of some size, to the gap that it is given. */
async function optimum(bench: Bench, able: BenchBackend[]): Promise<void> {
  const module = fileURLToPath(new URL('../peers/node_modules/highs/build/highs.js', import.meta.url));
  if (!existsSync(module)) {
    bench.note('HiGHS is not installed (`npm ci --prefix bench/peers`): no optimum to compare with');
    return;
  }
  const highs: Highs = await (await import(module)).default();
  const fleet = fleetOf(SOLVED_BY_HIGHS);
  const own = able.map((backend): Case => {
    const expected = solve(able[0].kernels, fleet, 1);
    return fromScratch(backend, TITLE[backend.name], fleet, 1, expected);
  });
  const { summary } = solve(able[0].kernels, fleet, 1);
  const text = program(fleet);
  let found = { Status: '', ObjectiveValue: Number.NaN };
  const peer: Case = {
    name: 'HiGHS (WASM), to a relative gap of 1e-7',
    outside() {
      const begin = performance.now();
      found = highs.solve(text, { mip_rel_gap: 1e-7 });
      return (performance.now() - begin) / 1000;
    },
    check() {
      assert.equal(found.Status, 'Optimal');
      assert.ok(found.ObjectiveValue >= summary[3] * (1 - 1e-6), 'the optimum is below the bound');
      assert.ok(summary[0] <= found.ObjectiveValue * (1 + 1e-4), 'far from the optimum');
    },
  };
  const name = `${SOLVED_BY_HIGHS} functions with ${WINDOWS} choices each`;
  await bench.group({ name, amount: SOLVED_BY_HIGHS, unit: 'functions', rounds: 3, cases: [...own, peer] });
  bench.fact('above the optimum of HiGHS', (summary[0] / found.ObjectiveValue - 1) * 1e9, 'in 10^9 of the cost');
}

export default async function multipleChoiceSuite(bench: Bench): Promise<void> {
  const able = backends((why) => bench.note(why));
  const folder = mkdtempSync(join(tmpdir(), 'isotherm-bench-'));
  try {
    await scratch(bench, able, folder);
    await changes(bench, able);
    await optimum(bench, able);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
