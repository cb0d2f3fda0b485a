import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { kernels, translated } from '../../ts/core/kernels/backend.js';
import type { MultipleChoiceHandle, MultipleChoiceKernels } from '../../ts/core/kernels/contract.js';
import {
  backendInfo,
  IsothermError,
  init,
  MultipleChoiceSolver,
  solveMultipleChoice,
} from '../../ts/core/kernels/index.js';
import { multipleChoice as pure } from '../../ts/core/kernels/pure/multiple-choice/index.js';
import {
  anyFunction,
  columnsOf,
  type FunctionChoices,
  mostResource,
  wholeFunction,
  windowFleet,
} from '../property/multiple-choice-cases.js';

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
});

/** What the backend answered, or the error that it threw. */
function answer<T>(run: () => T): T | { code: string; message: string } {
  try {
    return translated(run);
  } catch (thrown) {
    if (!(thrown instanceof IsothermError)) throw thrown;
    return { code: thrown.code, message: thrown.message };
  }
}

interface Setting {
  set: number;
  functions: FunctionChoices[];
  threads: number;
}
type Step = Setting | { solve: number };

function set(backend: MultipleChoiceKernels, handle: MultipleChoiceHandle, step: Setting): unknown {
  const { offsets, cost, resource, maxCost, maxResource } = columnsOf(step.functions);
  return answer(() =>
    backend.multipleChoiceSet(
      handle,
      step.set,
      offsets,
      cost,
      resource,
      maxCost,
      maxResource,
      backend === pure ? 1 : step.threads,
    ),
  );
}

/** Everything that a fleet answers, step by step, as bits. */
function story(backend: MultipleChoiceKernels, functions: number, steps: readonly Step[]): unknown[] {
  const handle = backend.multipleChoiceCreate(functions);
  const told = steps.map((step) => {
    if ('set' in step) return set(backend, handle, step);
    const out = new Float64Array(6).fill(-1);
    const met = answer(() => backend.multipleChoiceSolve(handle, step.solve, out));
    return {
      met,
      out: [...new BigUint64Array(out.buffer)],
      changed: [...backend.multipleChoiceChanged(handle)],
      choices: [...backend.multipleChoiceChoices(handle)],
    };
  });
  handle.close();
  return told;
}

const badNumber = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 1e101, 1e-101);

/** Now and then a number that is refused, a cap that cannot be met, or no choice at all. */
const spoilt = fc.tuple(wholeFunction, badNumber, fc.nat(4)).map(([one, bad, what]): FunctionChoices => {
  if (what === 0) return { ...one, maxCost: bad };
  if (what === 1) return { ...one, maxResource: bad };
  if (what === 2) return { ...one, points: one.points.map((point) => ({ ...point, cost: bad })) };
  if (what === 3) return { ...one, points: [] };
  return { points: [{ cost: 3, resource: 5 }], maxCost: 2, maxResource: 4 };
});
const someFunctions = fc.array(
  fc.oneof(
    { weight: 20, arbitrary: wholeFunction },
    { weight: 20, arbitrary: anyFunction },
    { weight: 1, arbitrary: spoilt },
  ),
  { maxLength: 30 },
);
const limits = fc.oneof(
  fc.nat(200),
  fc.double({ min: 0, max: 1e3, noNaN: true }),
  fc.constantFrom(1e100, 0, -0),
  badNumber,
);
const steps = fc.array(
  fc.oneof(
    fc.record({ set: fc.nat(40), functions: someFunctions, threads: fc.nat(3) }),
    fc.record({ solve: limits }),
    fc.record({ solve: limits }),
  ),
  { maxLength: 12 },
);

/** Steps on a fleet as windows make it: limits of all sizes, and functions that change. */
function windowStory(functions: number, windows: number, seed: number): Step[] {
  const fleet = windowFleet(functions, windows, seed);
  const all = mostResource(fleet);
  const story: Step[] = [{ set: 0, functions: fleet, threads: 2 }];
  for (const [i, share] of [0.3, 0.31, 0, 0.05, 0.9, 2, 0.5].entries()) {
    story.push({ solve: all * share });
    story.push({ set: (i * 7919) % functions, functions: windowFleet(1, windows + i, seed + i), threads: 1 });
    story.push({ solve: all * share });
  }
  return story;
}

describe('the same bits and the same errors as the pure backend', () => {
  it('whatever is set and solved', () => {
    fc.assert(
      fc.property(fc.nat(40), steps, (functions, some) => {
        expect(story(kernels(), functions, some)).toEqual(story(pure, functions, some));
      }),
      { numRuns: 600 },
    );
  });

  it.each([
    [3, 5],
    [40, 12],
    [300, 12],
    [3000, 8],
  ])('for %i functions with %i windows', (functions, windows) => {
    for (const seed of [1, 2, 3]) {
      const some = windowStory(functions, windows, seed);
      expect(story(kernels(), functions, some)).toEqual(story(pure, functions, some));
    }
  });

  it('where one edge is larger than what is left', () => {
    const giant = {
      ...windowFleet(1, 1, 1)[0],
      points: [0, 1].map((i) => ({ cost: 1000 - 1000 * i, resource: 1000 * i })),
    };
    const small = windowFleet(2000, 4, 9).map((one) => ({
      ...one,
      points: one.points.map((_, i) => ({ cost: 3 - 0.95 * i, resource: i })),
    }));
    const some: Step[] = [{ set: 0, functions: [giant, ...small], threads: 2 }];
    for (const limit of [999.5, 1001.5, 4000.25, 5999, 7000]) some.push({ solve: limit });
    expect(story(kernels(), 2001, some)).toEqual(story(pure, 2001, some));
  });

  it('for fleets that cannot be', () => {
    for (const functions of [-1, 0.5, Number.NaN, 2 ** 27]) {
      const found = answer(() => kernels().multipleChoiceCreate(functions));
      expect(found).toEqual(answer(() => pure.multipleChoiceCreate(functions)));
      expect(found).toHaveProperty('code', 'OUT_OF_RANGE');
    }
    const [fleet, own] = [kernels().multipleChoiceCreate(2), pure.multipleChoiceCreate(2)];
    const one = windowFleet(1, 2, 1);
    for (const first of [-1, 0.5, 2, Number.NaN, Number.POSITIVE_INFINITY]) {
      const step = { set: first, functions: one, threads: 1 };
      expect(set(kernels(), fleet, step)).toEqual(set(pure, own, step));
    }
    fleet.close();
    own.close();
  });

  it('after it was closed', () => {
    for (const backend of [kernels(), pure]) {
      const handle = backend.multipleChoiceCreate(1);
      handle.close();
      handle.close();
      const codes = [
        () => backend.multipleChoiceSolve(handle, 1, new Float64Array(6)),
        () => backend.multipleChoiceChanged(handle),
        () => backend.multipleChoiceChoices(handle),
      ].map((run) => (answer<unknown>(run) as { code: string }).code);
      expect(codes).toEqual(['CLOSED_HANDLE', 'CLOSED_HANDLE', 'CLOSED_HANDLE']);
    }
  });
});

describe('the public functions', () => {
  const fleet = { offsets: [0, 3, 6], cost: [90, 30, 10, 50, 40, 5], resource: [0, 20, 60, 0, 25, 50] };
  const refusal = (run: () => unknown): Partial<IsothermError> => {
    try {
      run();
    } catch (thrown) {
      if (thrown instanceof IsothermError) return thrown;
      throw thrown;
    }
    throw new Error('nothing was refused');
  };

  it('answer as their examples say', () => {
    const found = solveMultipleChoice({ ...fleet, limit: 70 });
    expect([...found.choice]).toEqual([1, 2]);
    // The bound of the relaxation is half a step below; the search shows that nothing is cheaper.
    expect(found).toMatchObject({ cost: 35, resource: 70, multiplier: 0.5, dualBound: 35, bound: 35, gap: 0 });
    expect(found).toMatchObject({ dualityGap: 0, relativeGap: 0 });
    const wider = solveMultipleChoice({ ...fleet, limit: 80 });
    expect(wider).toMatchObject({ cost: 35, resource: 70, dualBound: 30, dualityGap: 5, gap: 0 });
  });

  it('change one function at a time', () => {
    using solver = MultipleChoiceSolver.create(fleet);
    expect([...solver.choices()]).toEqual([-1, -1]);
    expect([...solver.solve(70).changed]).toEqual([0, 1]);
    solver.replace(1, { offsets: [0, 1], cost: [7], resource: [1] });
    const found = solver.solve(70);
    expect([...found.changed]).toEqual([0, 1]);
    expect([...solver.choices()]).toEqual([2, 0]);
    expect(found).toMatchObject({ cost: 17, resource: 61, multiplier: 0, gap: 0 });
    expect([...solver.solve(70).changed]).toEqual([]);
  });

  it('say which limit or cap could be met', () => {
    const least = { ...fleet, resource: [3, 20, 60, 4, 25, 50] };
    expect(refusal(() => solveMultipleChoice({ ...least, limit: 6 }))).toMatchObject({
      code: 'INFEASIBLE',
      nearest: 7,
    });
    expect(refusal(() => solveMultipleChoice({ ...fleet, limit: 70, maxCost: 8 }))).toMatchObject({
      code: 'INFEASIBLE',
      nearest: 10,
      message: 'no choice of function 0 is within its caps: the least cost is 10',
    });
    const both = { ...fleet, limit: 70, maxCost: [90, 4], maxResource: [60, 30] };
    expect(refusal(() => solveMultipleChoice(both))).toMatchObject({ code: 'INFEASIBLE', nearest: 40 });
    expect(refusal(() => solveMultipleChoice({ ...least, limit: 70, maxResource: [2, 9] }))).toMatchObject({
      code: 'INFEASIBLE',
      nearest: 3,
    });
    using solver = MultipleChoiceSolver.create(least);
    expect(refusal(() => solver.solve(6))).toMatchObject({ code: 'INFEASIBLE', nearest: 7 });
    expect(solver.solve(7).cost).toBe(140);
  });

  it('refuse what cannot be meant', () => {
    const code = (problem: Partial<typeof fleet> & { limit?: number; maxCost?: number[] }) =>
      refusal(() => solveMultipleChoice({ ...fleet, limit: 1, ...problem })).code;
    expect(code({ limit: Number.NaN })).toBe('NOT_FINITE');
    expect(code({ limit: -1 })).toBe('OUT_OF_RANGE');
    expect(code({ offsets: [] })).toBe('BAD_LENGTH');
    expect(code({ offsets: [0, 0, 6] })).toBe('BAD_LENGTH');
    expect(code({ offsets: [0, 3] })).toBe('OUT_OF_RANGE');
    expect(code({ cost: [1] })).toBe('OUT_OF_RANGE');
    expect(code({ resource: [1] })).toBe('BAD_LENGTH');
    expect(code({ maxCost: [1] })).toBe('BAD_LENGTH');
    expect(code({ maxCost: [Number.NaN, 1] })).toBe('NOT_FINITE');
  });
});
