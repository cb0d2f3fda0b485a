/** Advantages and returns by the formulas of a second implementation; the file with them lies beside the project and is not part of it. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Kernels } from '../../ts/core/kernels/contract.js';
import { backends } from '../backends.js';
import { type MadeRollout, rolloutOf } from '../rollouts.js';

const OUTPUTS = ['adv', 'lambda_return', 'ret', 'vtrace_vs', 'vtrace_pg'] as const;
type Output = (typeof OUTPUTS)[number];

interface Parameters {
  seed: number;
  T: number;
  N: number;
  gamma: number;
  lambda: number;
  rho_bar: number;
  c_bar: number;
  term_permille: number;
  trunc_permille: number;
}
type SmallCase = Parameters &
  Record<Output | 'rewards' | 'values' | 'next_values' | 'terminated' | 'truncated' | 'log_ratio', number[]>;
interface Check {
  sum: number;
  sumsq: number;
  first: number;
  last: number;
  mid: number;
}
interface Golden {
  cases: SmallCase[];
  large: (Parameters & { check: Record<Output, Check> })[];
}

const path = new URL('../../../shared/data/golden/gae.json', import.meta.url);
const missing = !existsSync(path);
const golden: Golden = missing ? { cases: [], large: [] } : JSON.parse(readFileSync(path, 'utf8'));

const madeOf = ({ seed, T, N, term_permille, trunc_permille }: Parameters): MadeRollout =>
  rolloutOf(seed, T, N, { terminated: term_permille, truncated: trunc_permille });

type Estimates = Record<Output, Float32Array | Float64Array>;

function inDouble(kernels: Kernels, made: MadeRollout, c: Parameters): Estimates {
  const { rewards, values, nextValues, logRatios, terminated, truncated, steps, envs } = made;
  const [adv, sums, ret, tdLambda, vs, pg] = Array.from({ length: 6 }, () => new Float64Array(rewards.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const shape = [terminated, truncated, steps, envs, c.gamma] as const;
  kernels.generalizedAdvantage(rewards, values, nextValues, ...shape, c.lambda, adv, sums);
  kernels.lambdaReturns(rewards, nextValues, ...shape, 1, ret);
  kernels.lambdaReturns(rewards, nextValues, ...shape, c.lambda, tdLambda);
  kernels.vtrace(rewards, values, nextValues, logRatios, ...shape, c.rho_bar, c.c_bar, vs, pg);
  // By way of the advantages, and without them.
  for (const [at, value] of tdLambda.entries()) expect(distance(value, sums[at]!)).toBeLessThanOrEqual(1e-12);
  return { adv, lambda_return: sums, ret, vtrace_vs: vs, vtrace_pg: pg };
}

function inSingle(kernels: Kernels, made: MadeRollout, c: Parameters): Estimates {
  const { terminated, truncated, steps, envs } = made;
  const [rewards, values, nextValues, logRatios] = [made.rewards, made.values, made.nextValues, made.logRatios].map(
    (array) => Float32Array.from(array),
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const room = (): Float32Array => new Float32Array(rewards.length);
  const [adv, sums, ret, vs, pg] = [room(), room(), room(), room(), room()];
  const shape = [terminated, truncated, steps, envs, c.gamma] as const;
  kernels.generalizedAdvantage32(rewards, values, nextValues, ...shape, c.lambda, adv, sums);
  kernels.lambdaReturns32(rewards, nextValues, ...shape, 1, ret);
  kernels.vtrace32(rewards, values, nextValues, logRatios, ...shape, c.rho_bar, c.c_bar, vs, pg);
  return { adv, lambda_return: sums, ret, vtrace_vs: vs, vtrace_pg: pg };
}

const PRECISIONS = [
  { name: 'double', estimate: inDouble, tolerance: 1e-12, ofSums: 1e-10 },
  { name: 'single', estimate: inSingle, tolerance: 1e-4, ofSums: 1e-4 },
];

const distance = (found: number, expected: number): number =>
  Math.abs(found - expected) / Math.max(1, Math.abs(expected));

function sumOf(values: Iterable<number>, of: (one: number) => number): number {
  let sum = 0;
  for (const value of values) sum += of(value);
  return sum;
}

describe.skipIf(missing && process.env.CI === undefined)('the golden advantages', () => {
  it('are there', () => {
    expect(golden.cases.length).toBe(30);
    expect(golden.large.length).toBeGreaterThanOrEqual(4);
  });

  it('have inputs that are made as theirs were', () => {
    for (const c of golden.cases) {
      const made = madeOf(c);
      expect([...made.rewards]).toEqual(c.rewards);
      expect([...made.values]).toEqual(c.values);
      expect([...made.nextValues]).toEqual(c.next_values);
      expect([...made.terminated]).toEqual(c.terminated);
      expect([...made.truncated]).toEqual(c.truncated);
      expect([...made.logRatios]).toEqual(c.log_ratio);
    }
  });

  describe.each(backends)('on $name', ({ kernels }) => {
    describe.each(PRECISIONS)('in $name precision', ({ estimate, tolerance, ofSums }) => {
      it('are what small rollouts give', () => {
        for (const c of golden.cases) {
          const found = estimate(kernels, madeOf(c), c);
          for (const output of OUTPUTS) {
            expect(found[output]).toHaveLength(c[output].length);
            for (const [at, value] of found[output].entries())
              expect(distance(value, c[output][at]!), `${c.seed} ${output} ${at}`).toBeLessThanOrEqual(tolerance);
          }
        }
      });

      it('are what large rollouts give', () => {
        for (const c of golden.large) {
          const found = estimate(kernels, madeOf(c), c);
          for (const output of OUTPUTS) {
            const { sum, sumsq, first, last, mid } = c.check[output];
            const values = found[output];
            const label = `${c.seed} ${output}`;
            expect(distance(values[0]!, first), label).toBeLessThanOrEqual(tolerance);
            expect(distance(values.at(-1)!, last), label).toBeLessThanOrEqual(tolerance);
            expect(distance(values[Math.floor(c.T / 2) * c.N + Math.floor(c.N / 2)]!, mid), label).toBeLessThanOrEqual(
              tolerance,
            );
            expect(
              distance(
                sumOf(values, (one) => one),
                sum,
              ),
              label,
            ).toBeLessThanOrEqual(ofSums);
            expect(
              distance(
                sumOf(values, (one) => one * one),
                sumsq,
              ),
              label,
            ).toBeLessThanOrEqual(ofSums);
          }
        }
      });
    });
  });
});
