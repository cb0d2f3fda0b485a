/** What an adaptive policy remembers of its instances: never more than were busy at once, however long it runs. */
import { describe, expect, it } from 'vitest';
import { ADAPTIVE_PRIOR, PolicyStepper } from '../../ts/core/kernels/index.js';

/** Two times of eight bytes. */
const INSTANCE_BYTES = 16;
const DAY_MS = 86_400_000;

const keepalive = (): PolicyStepper =>
  PolicyStepper.create({
    ...{ kind: 'adaptive-keepalive', prior: Float64Array.from(ADAPTIVE_PRIOR.hazards) },
    ...{ idleUsdPerMs: 1e-9, coldStartUsd: 5e-4, preWarmUsd: 5e-5, coldStartMs: 1000 },
  });

/** Calls that begin together, and after so many ms end one after another. */
function burst(policy: PolicyStepper, atMs: number, calls: number, durationMs: number): void {
  for (let i = 0; i < calls; i++) policy.onArrival(atMs, i + 1);
  for (let i = 0; i < calls; i++) policy.onRelease(atMs + durationMs + i);
}

describe('adaptive-keepalive, which no tick reminds to forget', () => {
  it('does not grow over a month of calls, of which most find instances of long ago below the one that serves them', () => {
    using policy = keepalive();
    const sizes: number[] = [];
    for (let day = 0; day < 30; day++) {
      // Every minute a call, every hour eight at once: seven of their instances are never called again before they go.
      for (let minute = 0; minute < 1440; minute++) {
        burst(policy, day * DAY_MS + minute * 60_000, minute % 60 === 0 ? 8 : 1, 2000);
      }
      sizes.push(policy.save().length);
    }
    // What is learnt fills up in the first days; after that only instances could add to it.
    expect(Math.max(...sizes.slice(10)) - Math.min(...sizes.slice(10))).toBeLessThanOrEqual(8 * INSTANCE_BYTES);
  });

  it('remembers of a burst as many instances as it had, and hardly one once a call finds none left', () => {
    using policy = keepalive();
    burst(policy, 0, 400, 2000);
    const after = policy.save().length;
    for (let second = 10; second < 20_000; second += 10) burst(policy, second * 1000, 1, 100);
    const busy = policy.save().length;
    expect(busy - after).toBeLessThan(4096);
    // An arrival for which no instance is left forgets all whose time is over.
    burst(policy, 30 * DAY_MS, 1, 100);
    expect(busy - policy.save().length).toBeGreaterThan(200 * INSTANCE_BYTES);
  });
});
