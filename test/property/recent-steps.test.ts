/** The steps of a live chart, saved, loaded and summed. */
import { describe, expect, test } from 'vitest';
import { RecentSteps } from '../../ts/server/control/recent.js';

const MINUTE_MS = 60_000;

describe('steps that are saved', () => {
  const tick = { calls: 3, predicted: 0.1, coldStarts: 1, comparedColdStarts: 2, warm: 4, busy: 2, desired: 5 };

  test('come back to the bit, the missing ones and those that fell out of the window too', () => {
    const steps = new RecentSteps();
    for (let i = 1; i <= 400; i++)
      steps.add(i * 30_000, { ...tick, predicted: i < 300 ? Number.NaN : i / 7, calls: i % 5, isMissing: i % 90 < 4 });
    const saved = JSON.parse(JSON.stringify(steps.save()));
    expect(RecentSteps.load(saved).view(0)).toEqual(steps.view(0));
    expect(RecentSteps.load(saved).lastCalls(10)).toEqual(steps.lastCalls(10));
    expect(RecentSteps.load(saved).save()).toEqual(saved);
  });

  test('are short where nothing happens', () => {
    const steps = new RecentSteps();
    for (let i = 1; i <= 400; i++) steps.add(i * 30_000, { ...tick, calls: 0, isMissing: false });
    expect(JSON.stringify(steps.save()).length).toBeLessThan(150);
  });

  test('of none are none', () => {
    expect(new RecentSteps().save()).toBeNull();
    expect(RecentSteps.load(null).view(90_000)).toMatchObject({ fromMs: 60_000, calls: [] });
    expect(RecentSteps.sumOf([]).view(90_000)).toMatchObject({ fromMs: 60_000, calls: [] });
  });

  test('are summed over those that know them', () => {
    const [long, short] = [new RecentSteps(), new RecentSteps()];
    for (let minute = 1; minute <= 4; minute++) {
      long.add(minute * MINUTE_MS, { ...tick, isMissing: minute === 4 });
      if (minute > 2) short.add(minute * MINUTE_MS, { ...tick, predicted: Number.NaN, isMissing: minute === 4 });
    }
    const { fromMs, calls, predicted, warm } = RecentSteps.sumOf([long, new RecentSteps(), short]).view(0);
    expect([fromMs, calls, warm]).toEqual([0, [3, 3, 6, null], [4, 4, 8, 8]]);
    expect(predicted).toEqual(new Array(4).fill(Math.fround(0.1)));
  });
});
