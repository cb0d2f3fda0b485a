/** Rounding as price pages have it, and the units that they count in. */
import type { ReadySpan } from './usage.js';

/** The month of the providers' calculators: 730 hours. */
export const MONTH_MS = 730 * 3_600_000;

/** Up to a whole number of steps. What is a whole number but for the rounding of sums counts as one. */
export function roundUp(value: number, step: number): number {
  const steps = value / step;
  const nearest = Math.round(steps);
  return (Math.abs(steps - nearest) <= 1e-9 * Math.max(1, nearest) ? nearest : Math.ceil(steps)) * step;
}

/** GB-seconds, a GB being 1024 MiB as on the price pages. */
export const gbSeconds = (ms: number, memoryMiB: number): number => (ms / 1000) * (memoryMiB / 1024);

/**
 * Ready instances over time with each one's time rounded up to whole steps, ms in all. Where the number falls, those added last go first,
 * so a rise that passes is rounded by itself.
 */
export function readyMsInSteps(spans: readonly ReadySpan[], stepMs: number): number {
  const changes = spans
    .filter(({ fromMs, toMs, instances }) => toMs > fromMs && instances > 0)
    .flatMap(({ fromMs, toMs, instances }) => [
      { atMs: fromMs, by: instances },
      { atMs: toMs, by: -instances },
    ])
    .sort((a, b) => a.atMs - b.atMs);
  let sum = 0;
  const up: { sinceMs: number; instances: number }[] = [];
  for (let i = 0; i < changes.length; ) {
    const { atMs } = changes[i]!;
    let by = 0;
    for (; i < changes.length && changes[i]!.atMs === atMs; i++) by += changes[i]!.by;
    if (by > 0) up.push({ sinceMs: atMs, instances: by });
    while (by < 0 && up.length > 0) {
      const last = up.at(-1)!;
      const gone = Math.min(last.instances, -by);
      sum += gone * roundUp(atMs - last.sinceMs, stepMs);
      last.instances -= gone;
      by += gone;
      if (last.instances === 0) up.pop();
    }
  }
  return sum;
}
