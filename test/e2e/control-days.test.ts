/** What it came to by day: the rows always add up to the whole, at whichever tick. */
import { expect, test } from 'vitest';
import type { Totals } from '../../ts/server/api/schemas/figures.js';
import type { Summary } from '../../ts/server/api/schemas/overview.js';
import type { ControlPlane } from '../../ts/server/control/control-plane.js';
import { EPOCH, kill, MINUTE_MS, ScriptedObserver, someCalls, testPlanes } from '../planes.js';
import { StandingClock } from '../standing-clock.js';

const DAY_MS = 1440 * MINUTE_MS;
const BEGIN_MS = EPOCH + DAY_MS - 20 * MINUTE_MS;
const planes = testPlanes();

/** Calls of the 40 minutes around a midnight. */
class MidnightObserver extends ScriptedObserver {
  constructor() {
    const shiftMs = BEGIN_MS - EPOCH;
    super(someCalls(40).map((sample) => ('atMs' in sample ? { ...sample, atMs: sample.atMs + shiftMs } : sample)));
  }

  override async beginMs(): Promise<number> {
    return BEGIN_MS;
  }
}

function expectSum({ days, ours, compared }: Summary): void {
  for (const [side, all] of Object.entries({ ours, compared })) {
    for (const name of Object.keys(all) as (keyof Totals)[]) {
      const sum = days.reduce((so, day) => so + day[side as 'ours' | 'compared'][name], 0);
      expect(sum, `${side} ${name}`).toBeCloseTo(all[name], 9);
    }
  }
}

/** Told of the summary at every tick until `minute`. */
async function follow(plane: ControlPlane, clock: StandingClock, minute: number): Promise<Summary[]> {
  const summaries: Summary[] = [];
  const end = plane.subscribe(({ kind }) => kind === 'tick' && summaries.push(plane.summary()));
  await clock.moveTo(BEGIN_MS + minute * MINUTE_MS);
  end();
  return summaries;
}

test('the rows by day add up to the whole, over midnight and over a restart', async () => {
  const clock = new StandingClock(BEGIN_MS);
  const plane = await planes.open(new MidnightObserver(), clock);
  plane.start();
  const before = await follow(plane, clock, 17);
  expect(before).toHaveLength(34);
  expect(before.at(-1)!.days.map(({ fromMs }) => fromMs)).toEqual([EPOCH]);
  expect(before.at(-1)!.ours.calls).toBeGreaterThan(0);
  const over = await follow(plane, clock, 33);
  const { days } = over.at(-1)!;
  expect(days.map(({ fromMs }) => fromMs)).toEqual([EPOCH, EPOCH + DAY_MS]);
  for (const { ours } of days) expect(ours.calls).toBeGreaterThan(0);
  for (const summary of [...before, ...over]) expectSum(summary);
  await kill(plane, planes.store);
  const again = await planes.open(new MidnightObserver(), clock);
  expect(again.summary().days).toHaveLength(2);
  expectSum(again.summary());
});
