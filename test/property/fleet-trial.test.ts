/** Windows of a fleet from traces: the choices are those of a replay, and trials are judged on calls that were not seen. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { openSources } from '../../ts/core/cli/sources.js';
import { fleetWindows } from '../../ts/core/decide/index.js';
import { fleetTrial, replay, windowChoices, windowChoicesAsync } from '../../ts/core/evaluate/index.js';
import { generateTrace, readTrace, sliceTrace } from '../../ts/core/trace/index.js';

const MINUTE_MS = 60_000;
const windowsMs = [0, 1, 10, 60].map((minutes) => minutes * MINUTE_MS);
const trace = generateTrace({ pattern: 'bursty', functions: 12, days: 2, seed: 3 });

describe('windowChoices', () => {
  it('has the figures of a replay under each fixed window', () => {
    const choices = windowChoices(trace, { windowsMs, seed: 5, coldStartMs: 700 });
    const names = ['fixed-0min', 'fixed-1min', 'fixed-10min', 'fixed-60min'];
    const { columns, policies, functionCalls } = replay(trace, { policies: names, seed: 5, coldStartMs: 700 });
    expect(choices.calls).toEqual(functionCalls);
    names.forEach((name, w) => {
      const own = (column: Float64Array) => [...functionCalls.keys()].map((f) => column[f * windowsMs.length + w]);
      expect(own(choices.coldStarts)).toEqual([...columns[name].coldStarts]);
      const idleGbS = own(choices.idleGbS).reduce((sum, gbS) => sum + gbS, 0);
      expect(idleGbS).toBe(policies[name].idleGbS);
    });
  });

  it('has an asynchronous form that can be stopped', async () => {
    expect(await windowChoicesAsync(trace, { windowsMs })).toEqual(windowChoices(trace, { windowsMs }));
    const stopped = windowChoicesAsync(trace, { windowsMs }, { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('fleetTrial', () => {
  it('chooses on the first part and judges on the rest', () => {
    const future = windowChoices(sliceTrace(trace, 1440, 2880), { windowsMs });
    const idleGbS = 60_000;
    const trial = fleetTrial(trace, { idleGbS }, { judgeFrom: 1440, windowsMs });
    const { fitted, judged, use, hindsight, oneForAll } = trial;
    expect(fitted.choice).toEqual(
      fleetWindows(windowChoices(sliceTrace(trace, 0, 1440), { windowsMs }), { idleGbS }).choice,
    );
    expect(fitted.calls + judged.calls).toBe(trace.calls);
    expect(use).toBeCloseTo(judged.idleGbS / idleGbS, 12);
    expect(hindsight).toEqual(fleetWindows(future, { idleGbS }));
    // Nothing that fits has fewer cold starts than what is best in hindsight.
    for (const one of [judged, ...oneForAll]) {
      if (one.idleGbS <= idleGbS)
        expect(one.coldStarts).toBeGreaterThanOrEqual(hindsight!.solution.bound * (1 - 1e-12));
    }
    expect(oneForAll.map(({ windowMs }) => windowMs)).toEqual(windowsMs);
  });

  it('scales a budget to the length of the part that it is chosen on', () => {
    const { fitted } = fleetTrial(trace, { idleUsd: 60_000, usdPerGbS: 0.5 }, { judgeFrom: 960, windowsMs });
    expect(fitted.solution.resource).toBeLessThanOrEqual(30_000);
    expect(fitted.solution.resource).toBeGreaterThan(25_000);
    const carbon = fleetTrial(trace, { carbonGco2e: 60_000, gco2ePerGbS: 0.5 }, { judgeFrom: 960, windowsMs });
    expect(carbon.fitted.choice).toEqual(fitted.choice);
  });

  it('says that a goal cannot be met in hindsight either', () => {
    const { coldStartRate } = fleetTrial(trace, { idleGbS: 1e9 }, { judgeFrom: 1440, windowsMs }).fitted;
    const judged = fleetTrial(trace, { idleGbS: 1e9 }, { judgeFrom: 1440, windowsMs }).judged.coldStartRate;
    const between = Math.min(coldStartRate, judged) + Math.abs(coldStartRate - judged) / 2;
    expect(coldStartRate).not.toBe(judged);
    if (coldStartRate < judged) {
      expect(fleetTrial(trace, { coldStartRate: between }, { judgeFrom: 1440, windowsMs }).hindsight).toBeNull();
    } else {
      expect(() => fleetTrial(trace, { coldStartRate: between }, { judgeFrom: 1440, windowsMs })).toThrow(/at least/);
    }
  });

  it('refuses to judge on nothing', () => {
    for (const judgeFrom of [0, 2880, 1.5]) {
      expect(() => fleetTrial(trace, { idleGbS: 1 }, { judgeFrom, windowsMs })).toThrow(/minutes/);
    }
  });
});

const DAY = fileURLToPath(new URL('../../../shared/data/azure2019-day1', import.meta.url));
const isThere = existsSync(DAY);

test.skipIf(!isThere && !process.env.CI)(
  'day 1 (../shared/data/azure2019-day1): a third fewer cold starts at the same memory',
  async () => {
    expect(isThere, `${DAY} is missing`).toBe(true);
    const { trace: day } = await readTrace(await openSources(DAY));
    const one = windowChoices(day, { windowsMs: [10 * MINUTE_MS], spread: 'even' });
    const sum = (column: Float64Array) => column.reduce((total, value) => total + value, 0);
    const idleGbS = sum(one.idleGbS);
    const found = fleetWindows(windowChoices(day, { spread: 'even' }), { idleGbS });
    expect(found.idleGbS).toBeLessThanOrEqual(idleGbS);
    // The best window of each function in hindsight at that memory has 70 %, found by a search over prices.
    expect(found.coldStarts / sum(one.coldStarts)).toBeLessThan(0.67);
    expect(found.solution.relativeGap).toBeLessThan(0.005);
    // Out of sample, the second half of the day: more than in hindsight, fewer than with one window for all.
    const halfIdle = sum(
      windowChoices(sliceTrace(day, 720, 1440), { windowsMs: [10 * MINUTE_MS], spread: 'even' }).idleGbS,
    );
    const { judged, use, hindsight, oneForAll } = fleetTrial(
      day,
      { idleGbS: halfIdle },
      { judgeFrom: 720, spread: 'even', priorCalls: 1 },
    );
    const fixed = oneForAll.find(({ windowMs }) => windowMs === 10 * MINUTE_MS)!;
    expect(use).toBeLessThan(1.05);
    expect(judged.coldStarts).toBeLessThan(0.85 * fixed.coldStarts);
    expect(judged.coldStarts).toBeGreaterThan(hindsight!.coldStarts);
  },
);
