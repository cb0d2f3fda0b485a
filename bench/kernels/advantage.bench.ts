/** Generalised advantages with the output there already, over many environments and over one long trajectory; C++ and NumPy beside. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MadeRollout, rolloutOf } from '../../test/rollouts.js';
import type { Kernels } from '../../ts/core/dist/kernels/contract.js';
import { backendInfo, generalizedAdvantage } from '../../ts/core/dist/kernels/index.js';
import { type BenchBackend, backends } from '../backends.js';
import type { Aim, Bench, Case } from '../harness.js';
import { compile } from '../peers/cpp.js';
import { Python, pythonHas, type Timing } from '../peers/python.js';

const [GAMMA, LAMBDA] = [0.99, 0.95];
const TITLE = { native: 'native', wasm: 'WASM', pure: 'pure TypeScript' };
const ROUNDS = 15;

type Reals = Float32Array | Float64Array;

interface Problem {
  name: string;
  steps: number;
  envs: number;
  /** Per thousand steps. */
  ends: { terminated: number; truncated: number };
  aimSeconds: number;
}

const PROBLEMS: Problem[] = [
  { name: '128 x 128', steps: 128, envs: 128, ends: { terminated: 20, truncated: 10 }, aimSeconds: 2e-6 },
  { name: '32,768 x 1', steps: 32_768, envs: 1, ends: { terminated: 2, truncated: 1 }, aimSeconds: 12e-6 },
];

/** What is computed of a rollout: everything, or the least that there is to it. */
interface Form {
  name: string;
  run(kernels: Kernels): void;
  advantages: Reals;
}

/** Arrays as they are, or where a backend computes. */
type Place = <A extends Reals | Uint8Array>(values: A) => A;

const asItIs: Place = (values) => values;

const ROOM = 64e6;

/** In a backend's memory; undefined where every array is used where it lies. */
function placeOf({ arrayOpen }: Kernels): Place | undefined {
  if (arrayOpen === undefined) return undefined;
  // Memory that grew later would leave arrays in it without length.
  arrayOpen(ROOM).close();
  return (values) => {
    const { buffer, byteOffset } = arrayOpen(values.byteLength);
    const there = new (values.constructor as Float32ArrayConstructor)(buffer, byteOffset, values.length);
    there.set(values);
    return there as unknown as typeof values;
  };
}

function formsOf(made: MadeRollout, single: boolean, place = asItIs): Form[] {
  const of = (values: Float64Array): Reals => place(single ? Float32Array.from(values) : values);
  const [terminated, truncated] = [place(made.terminated), place(made.truncated)];
  const { steps, envs } = made;
  const [rewards, values, nextValues] = [of(made.rewards), of(made.values), of(made.nextValues)] as Float32Array[];
  const longer = of(Float64Array.from([...made.values, ...made.nextValues.slice(-envs)])) as Float32Array;
  const room = () => of(new Float64Array(rewards.length)) as Float32Array;
  const [advantages, returns, alone] = [room(), room(), room()];
  const [none, nowhere] = [of(new Float64Array(0)) as Float32Array, new Uint8Array(0)];
  const run = (kernels: Kernels): Kernels['generalizedAdvantage32'] =>
    single
      ? kernels.generalizedAdvantage32
      : (kernels.generalizedAdvantage as unknown as Kernels['generalizedAdvantage32']);
  return [
    {
      name: 'advantages and returns, next values and both flags given',
      run: (kernels) =>
        run(kernels)(
          ...([rewards, values, nextValues, terminated, truncated, steps, envs, GAMMA, LAMBDA] as const),
          advantages,
          returns,
        ),
      advantages,
    },
    {
      name: 'advantages alone, values with the row after the last, terminations alone',
      run: (kernels) =>
        run(kernels)(
          ...([rewards, longer, none, terminated, nowhere, steps, envs, GAMMA, LAMBDA] as const),
          alone,
          none,
        ),
      advantages: alone,
    },
  ];
}

function ownCase(name: string, form: Form, run: () => void, expected: Reals, aim?: Aim): Case {
  return {
    name,
    run,
    check() {
      assert.deepEqual(form.advantages, expected);
      form.advantages.fill(0);
    },
    ...(aim !== undefined && { aim }),
  };
}

function sumOf(values: Reals): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

function peerCase(name: string, measure: () => Timing | Promise<Timing>, expected: number): Case {
  let found = Number.NaN;
  return {
    name,
    async outside() {
      const [seconds, sum] = await measure();
      found = sum;
      return seconds;
    },
    check: () => assert.ok(Math.abs(found - expected) <= 1e-3 * Math.max(1, Math.abs(expected)), `${name}: ${found}`),
  };
}

/** What else computes it, where it is installed. */
interface Beside {
  folder: string;
  cpp: ReturnType<typeof compile>;
  python: Python | undefined;
}

function peerCases({ folder, cpp, python }: Beside, made: MadeRollout, expected: number): Case[] {
  const file = join(folder, `${made.steps}.bin`);
  const { rewards, values, nextValues, terminated, truncated } = made;
  const head = [made.steps, made.envs, GAMMA, LAMBDA];
  writeFileSync(
    file,
    Float32Array.from([head, rewards, values, nextValues, terminated, truncated].flatMap((a) => [...a])),
  );
  const cases: Case[] = [];
  if (cpp !== undefined) {
    const measure = () => cpp.run([file]).split(' ').map(Number) as Timing;
    cases.push(peerCase(`plain C++ (${cpp.compiler})`, measure, expected));
  }
  if (python !== undefined) cases.push(peerCase('NumPy', () => python.ask({ file }), expected));
  return cases;
}

/** What it takes to get there and back: a call with nothing to compute. */
async function crossing(bench: Bench, able: BenchBackend[]): Promise<void> {
  const [none, flags] = [new Float32Array(0), new Uint8Array(0)];
  const cases = able.map(({ name, kernels }): Case => {
    return {
      name: TITLE[name],
      run: () => kernels.generalizedAdvantage32(none, none, none, flags, flags, 0, 0, GAMMA, LAMBDA, none, none),
      check: () => undefined,
    };
  });
  await bench.group({ name: 'a call over nothing', amount: 1, unit: 'calls', rounds: ROUNDS, cases });
}

async function problem(bench: Bench, able: BenchBackend[], beside: Beside, one: Problem): Promise<void> {
  const made = rolloutOf(7, one.steps, one.envs, one.ends);
  for (const single of [true, false]) {
    const there = new Map<string, Form[]>();
    for (const { name, kernels } of able) {
      const place = placeOf(kernels);
      if (place !== undefined) there.set(name, formsOf(made, single, place));
    }
    for (const [i, form] of formsOf(made, single).entries()) {
      form.run(able[0].kernels);
      const expected = form.advantages.slice();
      const cases = able.flatMap(({ name, kernels }) => {
        const ofNative: Aim | undefined = able[0].name === 'native' ? { times: 2, of: TITLE.native } : undefined;
        const aims = { native: single ? { seconds: one.aimSeconds } : undefined, wasm: ofNative, pure: undefined };
        const own = ownCase(TITLE[name], form, () => form.run(kernels), expected, aims[name]);
        const placed = there.get(name)?.[i];
        if (placed === undefined) return [own];
        const run = () => placed.run(kernels);
        return [own, ownCase(`${TITLE[name]}, arrays in its memory`, placed, run, expected, ofNative)];
      });
      if (single && i === 0) {
        cases.push(publicCase(made, form, expected), ...peerCases(beside, made, sumOf(expected)));
      }
      const precision = single ? 'f32' : 'f64';
      const name = `GAE ${one.name} ${precision}: ${form.name}`;
      await bench.group({ name, amount: made.rewards.length, unit: 'steps', rounds: ROUNDS, cases });
    }
  }
}

/** As users call it. */
function publicCase(made: MadeRollout, form: Form, expected: Reals): Case {
  const [rewards, values, nextValues] = [made.rewards, made.values, made.nextValues].map((a) => Float32Array.from(a));
  const { terminated, truncated, steps, envs } = made;
  const rollout = { rewards, values, nextValues, terminated, truncated, steps, envs, gamma: GAMMA, lambda: LAMBDA };
  const out = { advantages: form.advantages as Float32Array, returns: new Float32Array(rewards.length) };
  const name = `generalizedAdvantage on ${TITLE[backendInfo().backend]}`;
  return ownCase(name, form, () => void generalizedAdvantage(rollout, out), expected);
}

export default async function advantageSuite(bench: Bench): Promise<void> {
  const able = backends((why) => bench.note(why));
  const folder = mkdtempSync(join(tmpdir(), 'isotherm-bench-'));
  const cpp = compile(folder, 'gae');
  if (cpp === undefined) bench.note('no g++ here, no C++ to compare with');
  const python = pythonHas(bench, 'NumPy', 'numpy') ? new Python('gae.py') : undefined;
  try {
    await crossing(bench, able);
    for (const one of PROBLEMS) await problem(bench, able, { folder, cpp, python }, one);
  } finally {
    python?.close();
    rmSync(folder, { recursive: true });
  }
}
