/** What the adaptive policy decides on a day: its cost beside references and rivals, over prices, and where it loses. Counts, no times. */
import type { ReplayResult } from '../../ts/core/dist/evaluate/index.js';
import { DEFAULT_PRICES, replay } from '../../ts/core/dist/evaluate/replay.js';
import type { Bench } from '../harness.js';
import { loadDay } from '../kernels/day.js';

/** Cost over clairvoyant's to reach, by price of a cold start over the default. */
const RATIOS: { spread: 'trigger' | 'even'; factor: number; policy: string; aim: number }[] = [
  { spread: 'trigger', factor: 1, policy: 'adaptive', aim: 0.94 },
  { spread: 'even', factor: 1, policy: 'adaptive', aim: 0.86 },
  { spread: 'trigger', factor: 10, policy: 'adaptive', aim: 1.14 },
  { spread: 'even', factor: 10, policy: 'adaptive', aim: 1.22 },
  { spread: 'trigger', factor: 0.1, policy: 'adaptive', aim: 0.95 },
  { spread: 'even', factor: 0.1, policy: 'adaptive', aim: 0.71 },
  { spread: 'trigger', factor: 1, policy: 'adaptive-keepalive', aim: 1.09 },
  { spread: 'even', factor: 1, policy: 'adaptive-keepalive', aim: 1.11 },
];

const SWEEP = [0.01, 0.03, 0.1, 0.3, 0.5, 1, 2, 3, 4, 5, 7, 10, 20, 30, 50, 100, 300];
const RIVALS = ['fixed-10min', 'hybrid-histogram', 'recent-peak', 'break-even-randomised', 'spes', 'static-2x'];
const CAPPED = [32, 48, 64, 96, 128, 192, 256].flatMap((gib) => [`lru@${gib}GiB`, `faascache@${gib}GiB`]);
const PLATFORM_WINDOWS = ['knative', 'openwhisk', 'lambda', 'azure-consumption', 'cloud-run'];
const POOR = 2;

interface Point {
  name: string;
  coldStarts: number;
  idleGbH: number;
}

export default async function adaptiveSuite(bench: Bench): Promise<void> {
  const { title, trace } = await loadDay();
  bench.note(`${title}, ${trace.functions.keys.length} functions, ${trace.calls} calls`);
  const at = (policies: string[], spread: 'trigger' | 'even', factor: number): ReplayResult =>
    replay(trace, {
      policies,
      spread,
      threads: 2,
      // The shipped prior was fitted on this day: each function begins with one fitted on others.
      prior: 'cv5',
      prices: { ...DEFAULT_PRICES, coldStartUsdPerS: DEFAULT_PRICES.coldStartUsdPerS * factor },
    });
  for (const { spread, factor, policy, aim } of RATIOS) {
    const { policies } = at([policy, 'clairvoyant'], spread, factor);
    const ratio = policies[policy]!.objectiveUsd / policies.clairvoyant!.objectiveUsd;
    bench.fact(`${policy}, ${spread}, price x${factor}: cost over clairvoyant (aim ${aim})`, ratio, '');
  }
  for (const spread of ['trigger', 'even'] as const) {
    const rivals = points(at([...RIVALS, ...PLATFORM_WINDOWS, ...CAPPED], spread, 1));
    // Break-even knows prices: a curve, as ours.
    for (const factor of SWEEP) rivals.push(...points(at(['break-even'], spread, factor), ` x${factor}`));
    const ours = SWEEP.flatMap((factor) => points(at(['adaptive'], spread, factor), ` x${factor}`));
    const reference = rivals.find(({ name }) => name === 'fixed-10min')!;
    const share = coldStartsAt(ours, reference.idleGbH) / reference.coldStarts;
    bench.fact(
      `${spread}: cold starts, of fixed-10min's at its idle memory (aim ${spread === 'even' ? 0.4 : 0.45})`,
      share,
      '',
    );
    const beaten = ours.flatMap((own) =>
      rivals
        .filter((rival) => rival.coldStarts < own.coldStarts && rival.idleGbH < own.idleGbH)
        .map((rival) => `${rival.name} beats ${own.name}`),
    );
    bench.fact(
      `${spread}: rivals with both fewer cold starts and less idle memory than a point of ours`,
      beaten.length,
      '',
    );
    for (const line of beaten) bench.note(line);
    for (const own of ours)
      bench.note(`${spread} ${own.name}: ${own.coldStarts} cold starts, ${own.idleGbH.toFixed(1)} GB-h`);
    poorly(bench, at(['adaptive', 'clairvoyant'], spread, 1), spread);
  }
}

function points(result: ReplayResult, suffix = ''): Point[] {
  return Object.entries(result.policies).map(([name, { coldStarts, idleGbS }]) => ({
    name: name + suffix,
    coldStarts,
    idleGbH: idleGbS / 3600,
  }));
}

/** On the curve, straight between its points. */
function coldStartsAt(curve: readonly Point[], idleGbH: number): number {
  const above = curve.findIndex((point) => point.idleGbH >= idleGbH);
  const [from, to] = [curve[above - 1]!, curve[above]!];
  const along = (idleGbH - from.idleGbH) / (to.idleGbH - from.idleGbH);
  return from.coldStarts + along * (to.coldStarts - from.coldStarts);
}

/** Functions that cost more than twice their own clairvoyant. */
function poorly(bench: Bench, { columns, functionKeys, functionCalls }: ReplayResult, spread: string): void {
  const ours = columns.adaptive!;
  const best = columns.clairvoyant!;
  const worse = functionKeys
    .map((key, f) => ({ key, f, ratio: ours.objectiveUsd[f]! / best.objectiveUsd[f]! }))
    .filter(({ f, ratio }) => functionCalls[f]! > 0 && ratio > POOR)
    .sort(
      (a, b) => ours.objectiveUsd[b.f]! - best.objectiveUsd[b.f]! - (ours.objectiveUsd[a.f]! - best.objectiveUsd[a.f]!),
    );
  bench.fact(`${spread}: functions above ${POOR}x their own clairvoyant`, worse.length, '');
  for (const { key, f, ratio } of worse) {
    const [cold, idle, pre] = [ours.coldStarts[f], ours.idleMs[f]! / 60_000, ours.preWarms[f]];
    const theirs = `${best.coldStarts[f]} cold, ${(best.idleMs[f]! / 60_000).toFixed(0)} min idle`;
    bench.note(
      `${key}: ${functionCalls[f]} calls, ${ratio.toFixed(2)}x; ${cold} cold, ${idle.toFixed(0)} min idle, ${pre} pre-warms against ${theirs}`,
    );
  }
}
