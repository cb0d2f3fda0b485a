import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type FleetGoal,
  type FleetOptions,
  fleetFigures,
  fleetProblem,
  fleetWindows,
  type WindowChoices,
} from '../../ts/core/decide/index.js';
import { type IsothermError, MultipleChoiceSolver } from '../../ts/core/kernels/index.js';

const WINDOWS_MS = [0, 60_000, 600_000, 3_600_000];
const WINDOWS = WINDOWS_MS.length;

/** Functions by calls, idle memory a window, and cold starts a window, all whole: sums are exact. */
function choicesOf(functions: { calls: number; idle: number[]; cold: number[] }[]): WindowChoices {
  return {
    functionKeys: functions.map((_, f) => `app/f${f}`),
    calls: Float64Array.from(functions, ({ calls }) => calls),
    windowsMs: Float64Array.from(WINDOWS_MS),
    idleGbS: Float64Array.from(functions.flatMap(({ idle }) => idle)),
    coldStarts: Float64Array.from(functions.flatMap(({ cold }) => cold)),
  };
}

/** As windows are: the longer, the more idle memory and the fewer cold starts. */
const aFunction = fc
  .tuple(
    fc.nat(40),
    fc.array(fc.nat(9), { minLength: WINDOWS, maxLength: WINDOWS }),
    fc.array(fc.nat(9), { minLength: WINDOWS, maxLength: WINDOWS }),
  )
  .map(([more, steps, drops]) => {
    let idle = 0;
    let cold = drops.reduce((sum, drop) => sum + drop, 0);
    const calls = cold + more;
    return {
      calls,
      idle: steps.map((step, w) => (idle += w === 0 ? 0 : step)),
      cold: drops.map((drop, w) => (cold -= w === 0 ? 0 : drop)),
    };
  });
const fleets = fc.array(aFunction, { minLength: 1, maxLength: 5 }).map(choicesOf);

/** Every combination of windows, and its figures. */
function everything(choices: WindowChoices): { choice: number[]; coldStarts: number; idleGbS: number }[] {
  let all: number[][] = [[]];
  for (let f = 0; f < choices.calls.length; f++) all = all.flatMap((some) => WINDOWS_MS.map((_, w) => [...some, w]));
  return all.map((choice) => ({ choice, ...fleetFigures(choices, choice) }));
}

const refusal = (run: () => unknown): IsothermError => {
  try {
    run();
  } catch (thrown) {
    return thrown as IsothermError;
  }
  throw new Error('nothing was refused');
};

describe('windows under a budget', () => {
  it('have the fewest cold starts that fit, as trying everything finds', () => {
    fc.assert(
      fc.property(fleets, fc.nat(60), (choices, idleGbS) => {
        const found = fleetWindows(choices, { idleGbS });
        const fitting = everything(choices).filter((one) => one.idleGbS <= idleGbS);
        expect(found.coldStarts).toBe(Math.min(...fitting.map((one) => one.coldStarts)));
        expect(found.idleGbS).toBeLessThanOrEqual(idleGbS);
        expect(found).toMatchObject(fleetFigures(choices, found.choice));
        expect(found.solution).toMatchObject({ cost: found.coldStarts, resource: found.idleGbS, gap: 0 });
        expect([...found.windowMs]).toEqual([...found.choice].map((w) => WINDOWS_MS[w]));
      }),
      { numRuns: 500 },
    );
  });

  it('are the same for a budget in dollars or carbon at one price for all', () => {
    fc.assert(
      fc.property(fleets, fc.nat(60), (choices, idleGbS) => {
        const { choice } = fleetWindows(choices, { idleGbS });
        const functions = choices.calls.length;
        const inDollars = fleetWindows(choices, { idleUsd: idleGbS * 4, usdPerGbS: 4 });
        const inCarbon = fleetWindows(choices, {
          carbonGco2e: idleGbS / 8,
          gco2ePerGbS: new Array(functions).fill(1 / 8),
        });
        expect(inDollars.choice).toEqual(choice);
        expect(inCarbon.choice).toEqual(choice);
        expect(inDollars.solution.resource).toBe(4 * inDollars.idleGbS);
      }),
    );
  });

  it('weigh the functions', () => {
    const alike = { calls: 10, idle: [0, 5, 6, 7], cold: [10, 1, 1, 1] };
    const choices = choicesOf([alike, alike]);
    expect([...fleetWindows(choices, { idleGbS: 5 }, { coldStartWeight: [1, 2] }).choice]).toEqual([0, 1]);
    expect([...fleetWindows(choices, { idleGbS: 5 }, { coldStartWeight: [2, 1] }).choice]).toEqual([1, 0]);
    // Dearer memory for the second.
    expect([...fleetWindows(choices, { idleUsd: 5, usdPerGbS: [1, 2] }).choice]).toEqual([1, 0]);
  });
});

describe('windows for a target', () => {
  it('idle least of all that meet it, as trying everything finds', () => {
    const rates = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0.1, 0.2, 0.25, 0.3, 1));
    fc.assert(
      fc.property(fleets, rates, (choices, coldStartRate) => {
        const all = everything(choices).map((one) => ({
          ...one,
          rate: fleetFigures(choices, one.choice).coldStartRate,
        }));
        // A rate that is a target but for its rounding meets it, which is tested below.
        fc.pre(all.every(({ rate }) => rate <= coldStartRate || rate > coldStartRate * (1 + 1e-12)));
        const meeting = all.filter(({ rate }) => rate <= coldStartRate);
        if (meeting.length === 0) {
          const least = Math.min(...all.map(({ rate }) => rate));
          const { code, nearest } = refusal(() => fleetWindows(choices, { coldStartRate }));
          expect(code).toBe('INFEASIBLE');
          expect(nearest).toBeCloseTo(least, 12);
          return;
        }
        const found = fleetWindows(choices, { coldStartRate });
        expect(found.idleGbS).toBe(Math.min(...meeting.map((one) => one.idleGbS)));
        expect(found.coldStartRate).toBeLessThanOrEqual(coldStartRate * (1 + 1e-12));
      }),
      { numRuns: 500 },
    );
  });

  it('are met by a share that is exact only before it is multiplied', () => {
    // 0.29 of 100 is 28.999999999999996 in floats; 29 of 100 is 0.29.
    const choices = choicesOf([{ calls: 100, idle: [0, 1, 2, 3], cold: [100, 60, 29, 10] }]);
    expect([...fleetWindows(choices, { coldStartRate: 0.29 }).choice]).toEqual([2]);
    expect([...fleetWindows(choices, { idleGbS: 9 }, { maxColdStartRate: 0.1 }).choice]).toEqual([3]);
  });
});

describe('caps', () => {
  const choices = choicesOf([
    { calls: 10, idle: [0, 5, 6, 20], cold: [10, 4, 2, 1] },
    { calls: 1000, idle: [0, 10, 15, 30], cold: [1000, 40, 20, 10] },
  ]);

  it('hold for each function', () => {
    const capped = fleetWindows(choices, { idleGbS: 21 }, { maxColdStartRate: [0.2, 1] });
    expect([...capped.choice]).toEqual([2, 2]);
    expect([...fleetWindows(choices, { idleGbS: 40 }, { maxIdleGbS: 15 }).choice]).toEqual([2, 2]);
  });

  it('that cannot be met are refused with the function and the nearest figure', () => {
    const refused = (options: FleetOptions) => refusal(() => fleetWindows(choices, { idleGbS: 40 }, options));
    expect(refused({ maxColdStartRate: 0.05 })).toMatchObject({
      code: 'INFEASIBLE',
      nearest: 0.1,
      message:
        "no window of 'app/f0' meets maxColdStartRate 0.05 and maxIdleGbS Infinity: its least cold-start rate is 0.1",
    });
    expect(refused({ maxColdStartRate: 0.1, maxIdleGbS: [15, 20] })).toMatchObject({
      code: 'INFEASIBLE',
      nearest: 0.2,
    });
    const never = { ...choices, idleGbS: choices.idleGbS.map((gbS) => gbS + 7) };
    const idle = refusal(() => fleetWindows(never, { idleGbS: 99 }, { maxIdleGbS: 5 }));
    expect(idle).toMatchObject({ code: 'INFEASIBLE', nearest: 7 });
  });
});

describe('what cannot be meant', () => {
  const choices = choicesOf([{ calls: 10, idle: [1, 5, 6, 20], cold: [10, 4, 2, 1] }]);

  it('is refused', () => {
    const code = (goal: FleetGoal, options: FleetOptions = {}) =>
      refusal(() => fleetWindows(choices, goal, options)).code;
    expect(code({ idleGbS: Number.NaN })).toBe('NOT_FINITE');
    expect(code({ idleGbS: -1 })).toBe('OUT_OF_RANGE');
    expect(code({ coldStartRate: -0.1 })).toBe('OUT_OF_RANGE');
    expect(code({ idleUsd: 1, usdPerGbS: [1, 2] })).toBe('BAD_LENGTH');
    expect(code({ idleUsd: 1, usdPerGbS: -1 })).toBe('OUT_OF_RANGE');
    expect(code({ idleGbS: 9 }, { maxColdStartRate: Number.NaN })).toBe('OUT_OF_RANGE');
    expect(code({ idleGbS: 9 }, { priorCalls: -1 })).toBe('OUT_OF_RANGE');
    expect(code({ idleGbS: 9 }, { priorCalls: Number.POSITIVE_INFINITY })).toBe('OUT_OF_RANGE');
    const torn = { ...choices, idleGbS: choices.idleGbS.slice(1) };
    expect(refusal(() => fleetWindows(torn, { idleGbS: 9 })).code).toBe('BAD_LENGTH');
    expect(refusal(() => fleetWindows(choices, { idleGbS: 0.5 }))).toMatchObject({ code: 'INFEASIBLE', nearest: 1 });
  });
});

describe('a prior', () => {
  const fleet = choicesOf([
    { calls: 0, idle: [0, 0, 0, 0], cold: [0, 0, 0, 0] },
    ...Array.from({ length: 30 }, (_, i) => ({
      calls: 20 + i,
      idle: [0, 20 + i, 60 + 2 * i, 300 + 5 * i],
      cold: [20 + i, 8, 3, 1],
    })),
  ]);

  it('gives a function that was never called a window, and holds the goal by the calls that there were', () => {
    const idleGbS = 3000;
    expect(fleetWindows(fleet, { idleGbS }).choice[0]).toBe(0);
    const found = fleetWindows(fleet, { idleGbS }, { priorCalls: 1 });
    expect(found.choice[0]).toBeGreaterThan(0);
    expect(found.idleGbS).toBeLessThanOrEqual(idleGbS);
    expect(found.idleGbS).toBeGreaterThan(0.9 * idleGbS);
    const target = fleetWindows(fleet, { coldStartRate: 0.1 }, { priorCalls: 1 });
    expect(target.coldStartRate).toBeLessThanOrEqual(0.1);
    expect(target.coldStartRate).toBeGreaterThan(0.08);
  });

  it('changes nothing when nothing is known of any function', () => {
    const unknown = choicesOf([{ calls: 1, idle: [0, 1, 2, 3], cold: [1, 1, 1, 1] }]);
    expect([...fleetWindows(unknown, { idleGbS: 9 }, { priorCalls: 3 }).choice]).toEqual([0]);
  });

  it('is refused where even with it the goal cannot be met', () => {
    const { code } = refusal(() => fleetWindows(fleet, { coldStartRate: 0.001 }, { priorCalls: 1 }));
    expect(code).toBe('INFEASIBLE');
  });
});

it('the problem behind it can be kept and changed', () => {
  const choices = choicesOf([
    { calls: 10, idle: [0, 5, 6, 20], cold: [10, 4, 2, 1] },
    { calls: 1000, idle: [0, 10, 15, 30], cold: [1000, 40, 20, 10] },
  ]);
  const { limit, ...problem } = fleetProblem(choices, { idleGbS: 21 });
  using solver = MultipleChoiceSolver.create(problem);
  expect(solver.solve(limit).cost).toBe(fleetWindows(choices, { idleGbS: 21 }).coldStarts);
  const busier = choicesOf([{ calls: 500, idle: [0, 5, 6, 20], cold: [500, 200, 100, 1] }]);
  solver.replace(0, fleetProblem(busier, { idleGbS: 21 }));
  solver.solve(limit);
  expect([...solver.choices()]).toEqual([2, 2]);
});
