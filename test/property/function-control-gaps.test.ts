/** Time of which nothing is known, as a policy is told of it: silence in it is not learnt. */
import { describe, expect, it } from 'vitest';
import { FunctionControl, LiveReplay } from '../../ts/core/evaluate/index.js';
import { PolicyStepper, type WarmInterval } from '../../ts/core/kernels/index.js';
import { inputOf, settingOf } from '../control-runs.js';

const TICK_MS = 30_000;
const HOUR_MS = 3_600_000;

/** A timer's calls, 20 s into every so many minutes. */
const timer = (minutes: number, fromMs: number, toMs: number): number[] => {
  const all: number[] = [];
  for (let at = fromMs + 20_000; at < toMs; at += minutes * 60_000) all.push(at);
  return all;
};

/** What it answers in the two hours before and after `missingHours` without data, told of them or not. */
function around(policyName: string, minutes: number, hours: number, missingHours: number, isTold: boolean) {
  using control = new FunctionControl(settingOf({ policy: policyName }));
  const policy = PolicyStepper.create(control.spec);
  const answers: { atMs: number; answer: WarmInterval }[] = [];
  const live = new LiveReplay(
    {
      ticks: policy.ticks,
      onArrival: (atMs, busy) => policy.onArrival(atMs, busy),
      onRelease(atMs) {
        const answer = { ...policy.onRelease(atMs) };
        answers.push({ atMs, answer });
        return answer;
      },
      onTick: (nowMs, counts) => policy.onTick(nowMs, counts),
      ...(isTold && { onGap: (fromMs: number, untilMs: number) => policy.onGap(fromMs, untilMs) }),
      save: () => policy.save(),
    },
    { coldStartMs: 1000, tickMs: TICK_MS },
  );
  const play = (fromMs: number, toMs: number) => {
    const calls = timer(minutes, fromMs, toMs);
    live.feed(Float64Array.from(calls), new Uint32Array(calls.length).fill(800));
    live.advance(toMs);
  };
  const of = (fromMs: number, toMs: number) =>
    answers.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).map(({ answer }) => answer);
  const endMs = (hours + missingHours) * HOUR_MS;
  play(0, hours * HOUR_MS);
  for (let at = hours * HOUR_MS + TICK_MS; at <= endMs; at += TICK_MS) live.stand(at);
  const { coldStarts } = live.totals();
  play(endMs, endMs + 2 * HOUR_MS);
  const found = {
    before: of((hours - 2) * HOUR_MS, hours * HOUR_MS),
    after: of(endMs, endMs + 2 * HOUR_MS),
    coldStarts: live.totals().coldStarts - coldStarts,
    seen: policy.seen(),
  };
  policy.close();
  return found;
}

describe('six hours without data', () => {
  it.each([
    ['adaptive', 24, 6],
    ['adaptive-keepalive', 24, 6],
    ['hybrid-histogram', 24, 6],
    ['spes', 24, 6],
    // An idle time of three hours is one of its histogram.
    ['hybrid-histogram', 4, 3],
  ])('leave a timer under %s, known for %i hours, as it was after %i of them', (policy, hours, missingHours) => {
    const { before, after, coldStarts } = around(policy, 10, hours, missingHours, true);
    expect(before).toHaveLength(12);
    expect(after).toEqual(before);
    expect(coldStarts).toBe(policy === 'adaptive-keepalive' ? 12 : 0);
  });

  it('would be taken for idle time by a policy that is not told', () => {
    const told = around('adaptive', 10, 24, 6, true);
    const untold = around('adaptive', 10, 24, 6, false);
    expect(untold.after).not.toEqual(untold.before);
    expect(untold.seen.gapsSeen).toBe(told.seen.gapsSeen! + 1);
    expect(around('hybrid-histogram', 10, 4, 3, false).after).not.toEqual(told.before);
    const ofMinutes = (isTold: boolean) => around('spes', 10, 24, 6, isTold).seen.waitingTimesKnown!;
    expect(ofMinutes(false)).toBe(ofMinutes(true) + 1);
  });
});

describe('a tick of which a part is missing', () => {
  /** Gaps that the policy had seen at its last decision, the third tick being known in part. */
  const gapsSeen = (startMs: readonly number[], isMissing: boolean): number => {
    using control = new FunctionControl(settingOf());
    let seen = 0;
    for (let tick = 0; tick <= 40; tick++) {
      const calls = startMs.filter((at) => Math.floor(at / TICK_MS) + 1 === tick);
      const input = inputOf(calls.map((at) => ({ startMs: at, durationMs: 100 })));
      seen = control.tick(tick, { ...input, isMissing: isMissing && tick === 3 }).receipt?.saw.gapsSeen ?? seen;
    }
    return seen;
  };

  it('says nothing of the idle time before its calls, nor of that behind them', () => {
    const calls = [5_000, 40_000, 70_000, 100_000];
    expect(gapsSeen(calls, false)).toBe(3);
    expect(gapsSeen(calls, true)).toBe(1);
  });
});
