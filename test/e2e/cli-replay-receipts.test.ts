/** Receipts that `isotherm replay` writes, held to its own figures; and `isotherm explain`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Receipt } from '../../ts/core/decide/index.js';
import { type Outcome, simulate } from '../property/replay-oracle.js';
import { Workplace } from './cli-replay-run.js';

const MEMORY_MIB = 512;
const TICK_MS = 60_000;

/** Every five minutes two calls at once, later ten minutes apart: something for every policy to learn. */
const CALLS = Array.from({ length: 40 }, (_, i) => {
  const at = i < 30 ? Math.floor(i / 2) * 300_000 + (i % 2) * 400 : 4_500_000 + (i - 30) * 600_000;
  return { startMs: at, durationMs: 1000 + 10 * i };
});
const MINUTES = Math.floor(CALLS.at(-1)!.startMs / 60_000) + 1;
const POLICIES = [
  'fixed-7min',
  'infinite',
  'hybrid-histogram',
  'recent-peak',
  'break-even',
  'break-even-randomised',
  'spes',
  'static-2x',
];
/** Those that start instances at ticks. */
const STARTING = ['adaptive', 'recent-peak', 'spes', 'static-2x'];

let place: Workplace;
let receipts: Receipt[];
let policies: Record<string, Outcome & { idleGbS: number }>;

beforeAll(() => {
  place = new Workplace();
  place.calls('calls.csv', [
    ...CALLS.map(({ startMs, durationMs }) => ['app/main', startMs, durationMs, MEMORY_MIB] as const),
    ['app/other', 1000, 5, 128] as const,
  ]);
  const names = [...POLICIES, 'clairvoyant'].join(',');
  const written = ['--function', 'main', '--receipts', 'receipts.jsonl'];
  const { code, stdout, stderr } = place.isotherm('replay', 'calls.csv', '-p', names, ...written, '--json', '-');
  expect(code).toBe(0);
  expect(stderr).toMatch(/^\d+ receipts in receipts\.jsonl; .*isotherm explain ID --receipts receipts\.jsonl$/m);
  policies = JSON.parse(stdout).policies;
  const lines = readFileSync(place.path('receipts.jsonl'), 'utf8').trimEnd().split('\n');
  receipts = lines.map((line) => JSON.parse(line));
  expect(stderr).toContain(`${receipts.length} receipts`);
}, 60_000);

afterAll(() => place.remove());

const HORIZON_MS = MINUTES * 60_000;
const of = (policy: string) => receipts.filter((receipt) => receipt.policy === policy);

/** The receipts' decisions, made again in their order. */
function replayed(policy: string): { outcome: Outcome; decisions: number } {
  const decisions = of(policy).map(({ decision }) => ({
    ...decision,
    keepAliveMs: decision.keepAliveMs ?? Number.POSITIVE_INFINITY,
  }));
  const releases = decisions.filter(({ kind }) => kind === 'keep-alive');
  const starts = decisions.filter(({ kind }) => kind === 'start');
  let made = 0;
  const scene = { minutes: MINUTES, calls: CALLS, coldStartMs: 1000, tickMs: TICK_MS };
  const outcome = simulate(scene, {
    arrival: () => {},
    release(atMs) {
      const next = releases.shift();
      if (next === undefined) {
        // After the horizon nothing that is decided counts.
        expect(atMs).toBeGreaterThanOrEqual(HORIZON_MS);
        return { prewarmMs: 0, keepAliveMs: 0 };
      }
      expect(next.atMs).toBe(atMs);
      made += 1;
      return next;
    },
    ...(STARTING.includes(policy) && {
      tick(nowMs: number) {
        const now = starts.filter(({ atMs }) => atMs === nowMs);
        made += now.length;
        return now;
      },
    }),
  });
  expect(releases).toEqual([]);
  return { outcome, decisions: made };
}

describe('receipts', () => {
  it.each(POLICIES)('of %s are one per decision, and their decisions give the figures', (name) => {
    const { outcome, decisions } = replayed(name);
    expect(of(name)).toHaveLength(decisions);
    // The other function is called once, in the first seconds, and costs what it costs under any window here.
    const { coldStarts, preWarms } = outcome;
    expect(decisions).toBeGreaterThanOrEqual(CALLS.length - 1);
    expect(policies[name].coldStarts).toBe(coldStarts + 1);
    const otherPreWarms = policies[name].preWarms - preWarms;
    expect(otherPreWarms).toBeGreaterThanOrEqual(0);
    if (!STARTING.includes(name)) expect(otherPreWarms).toBe(0);
  });

  it('tell what was decided when, in which order, about which function', () => {
    expect(new Set(receipts.map(({ id }) => id)).size).toBe(receipts.length);
    expect([...new Set(receipts.map(({ policy }) => policy))]).toEqual(POLICIES);
    for (const name of POLICIES) {
      const times = of(name).map(({ decision }) => decision.atMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }
    for (const receipt of receipts) {
      expect(receipt.decision.functionKey).toBe('app/main');
      expect(receipt.inputsDigest).toMatch(/^[0-9a-f]{64}$/);
      expect(receipt.prices).toMatchObject({ coldStartMs: 1000, memoryMiB: MEMORY_MIB });
    }
  });

  it('give costs whose terms add up, of what was chosen and of what was not', () => {
    let compared = 0;
    for (const { chosen, rejected, idleTimesKnown, decision } of receipts) {
      expect(chosen === null).toBe(idleTimesKnown === 0);
      for (const { idleUsd, coldStartUsd, preWarmUsd, objectiveUsd } of [
        ...(chosen === null ? [] : [chosen]),
        ...rejected.map(({ terms }) => terms),
      ]) {
        expect(objectiveUsd).toBeCloseTo(idleUsd + coldStartUsd + preWarmUsd, 15);
        for (const term of [idleUsd, coldStartUsd, preWarmUsd]) expect(term).toBeGreaterThanOrEqual(0);
        compared += 1;
      }
      const costs = rejected.map(({ terms }) => terms.objectiveUsd);
      expect(costs).toEqual(costs.toSorted((a, b) => a - b));
      for (const other of rejected) {
        expect([other.prewarmMs, other.keepAliveMs]).not.toEqual([decision.prewarmMs, decision.keepAliveMs]);
      }
    }
    expect(compared).toBeGreaterThan(100);
  });

  it('show the terms by hand: a window over the idle times known', () => {
    const [receipt] = of('fixed-7min').slice(-1);
    // Each arrival after the first release: the idle time since the release before it.
    const releases: number[] = [];
    const idleTimes: number[] = [];
    simulate(
      { minutes: MINUTES, calls: CALLS, coldStartMs: 1000, tickMs: TICK_MS },
      {
        arrival: (atMs) => releases.length > 0 && idleTimes.push(atMs - releases.at(-1)!),
        release(atMs) {
          releases.push(atMs);
          return { prewarmMs: 0, keepAliveMs: 420_000 };
        },
      },
    );
    const known = idleTimes.slice(0, receipt.idleTimesKnown);
    const mean = (cost: (idleMs: number) => number) => known.reduce((sum, ms) => sum + cost(ms), 0) / known.length;
    const idleUsdPerMs = (MEMORY_MIB / 1024 / 1000) * 4.1667e-6;
    expect(receipt.chosen!.idleUsd).toBeCloseTo(
      mean((ms) => Math.min(ms, 420_000) * idleUsdPerMs),
      15,
    );
    expect(receipt.chosen!.coldStartUsd).toBeCloseTo(
      mean((ms) => (ms > 420_000 ? 5e-4 : 0)),
      15,
    );
    const hour = receipt.rejected.find(({ name }) => name === 'fixed-60min')!;
    expect(hour.terms.idleUsd).toBeCloseTo(
      mean((ms) => ms * idleUsdPerMs),
      15,
    );
    expect(hour.terms.coldStartUsd).toBe(0);
  });

  it('show the terms by hand: a start over the times from ticks to calls that lacked an instance', () => {
    // Counts at each tick, and right after each call, of the decisions that the receipts tell.
    const starts = of('recent-peak').filter(({ decision }) => decision.kind === 'start');
    const releases = of('recent-peak')
      .filter(({ decision }) => decision.kind === 'keep-alive')
      .map(({ decision }) => decision);
    const waiting: { atMs: number; instances: number }[] = [];
    const known: { endedMs: number; ms: number }[] = [];
    simulate(
      { minutes: MINUTES, calls: CALLS, coldStartMs: 1000, tickMs: TICK_MS },
      {
        arrival(atMs, busy) {
          for (const tick of waiting.splice(0)) {
            if (tick.instances < busy) known.push({ endedMs: atMs, ms: atMs - tick.atMs });
            else waiting.push(tick);
          }
        },
        release: () => {
          const next = releases.shift() ?? { prewarmMs: 0, keepAliveMs: 0 };
          return { ...next, keepAliveMs: next.keepAliveMs ?? Number.POSITIVE_INFINITY };
        },
        tick(nowMs, busy, warmIdle, pending) {
          waiting.push({ atMs: nowMs, instances: busy + warmIdle + pending });
          const now = starts.filter(({ decision }) => decision.atMs === nowMs).map(({ decision }) => decision);
          return now.map((decision) => ({
            ...decision,
            keepAliveMs: decision.keepAliveMs ?? Number.POSITIVE_INFINITY,
          }));
        },
      },
    );
    expect(starts.length).toBeGreaterThan(5);
    expect(starts[0]!.chosen === null).toBe(starts[0]!.idleTimesKnown === 0);
    const idleUsdPerMs = (MEMORY_MIB / 1024 / 1000) * 4.1667e-6;
    for (const { decision, chosen, idleTimesKnown, rejected } of starts) {
      const times = known.filter(({ endedMs }) => endedMs < decision.atMs).map(({ ms }) => ms);
      expect(idleTimesKnown).toBe(times.length);
      if (chosen === null) continue;
      const mean = (cost: (intoMs: number) => number) =>
        times.reduce((sum, ms) => sum + cost(ms - decision.prewarmMs), 0) / times.length;
      const keptMs = decision.keepAliveMs!;
      expect(chosen.preWarmUsd).toBeCloseTo(
        mean((intoMs) => (intoMs >= 0 ? 5e-5 : 0)),
        15,
      );
      expect(chosen.coldStartUsd).toBeCloseTo(
        mean((intoMs) => (intoMs < 0 || intoMs > keptMs ? 5e-4 : 0)),
        15,
      );
      expect(chosen.idleUsd).toBeCloseTo(
        mean((intoMs) => (intoMs < 0 ? 0 : Math.min(intoMs, keptMs) * idleUsdPerMs)),
        15,
      );
      const none = rejected.find(({ name }) => name === 'no start')!;
      expect(none.terms).toEqual({ idleUsd: 0, coldStartUsd: 5e-4, preWarmUsd: 0, objectiveUsd: 5e-4 });
      expect(rejected.map(({ name }) => name).sort()).toEqual(['kept 1 min', 'kept 60 min', 'no start']);
    }
  });

  it('show what the policy saw', () => {
    const learnt = of('hybrid-histogram').at(-1)!;
    expect(learnt.saw.idleTimesInRange).toBe(learnt.idleTimesKnown);
    expect(learnt.saw.idleTimesOutOfRange).toBe(0);
    const started = of('recent-peak').find(({ decision }) => decision.kind === 'start')!;
    expect(started.saw.peakBusy).toBe(2);
    const { busy, warmIdle, pending } = started.saw;
    expect(started.decision.count).toBe(Math.ceil(1.2 * 2) - busy - warmIdle - pending);
  });
});

describe('isotherm explain', { timeout: 60_000 }, () => {
  it('says in words what a receipt proves', () => {
    const receipt = of('hybrid-histogram').at(-1)!;
    const { code, stdout } = place.isotherm('explain', receipt.id, '--receipts', 'receipts.jsonl');
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe(`Receipt ${receipt.id}`);
    expect(lines[1]).toContain('Function app/main, day 1, ');
    expect(stdout).toContain(`(${receipt.decision.atMs.toLocaleString('en')} ms)`);
    expect(stdout).toContain('Decided by hybrid-histogram: ');
    expect(stdout).toContain(`over the ${receipt.idleTimesKnown} idle times known by then`);
    expect(stdout).toMatch(/idle .* USD \+ cold starts .* USD \+ pre-warms .* USD/);
    for (const { name } of receipt.rejected) expect(stdout).toContain(`  ${name}: `);
    expect(stdout).toContain(receipt.inputsDigest);
  });

  it('says of a start what an instance more costs, and what none', () => {
    const start = of('recent-peak').findLast(({ decision }) => decision.kind === 'start')!;
    const { stdout } = place.isotherm('explain', start.id, '--receipts', 'receipts.jsonl');
    expect(stdout).toContain(`Mean cost per instance over the ${start.idleTimesKnown} times known by then from a tick`);
    expect(stdout).toContain('\n  no start: 0.000500 USD = idle ');
  });

  it('prints the receipt itself', () => {
    const { code, stdout } = place.isotherm('explain', receipts[0].id, '--receipts', 'receipts.jsonl', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(receipts[0]);
  });

  it.each<[string, string[], RegExp]>([
    [
      'an unknown receipt',
      ['nothing', '--receipts', 'receipts.jsonl'],
      /^UNKNOWN_RECEIPT: .*'nothing'.*the first of \d+ is /,
    ],
    ['a file that is not there', ['x', '--receipts', 'nowhere.jsonl'], /^MISSING_FILE: nowhere\.jsonl/],
    ['a file that has no receipts', ['x', '--receipts', 'calls.csv'], /^BAD_ROW: calls\.csv:1: /],
    ['JSON that is no receipt', ['x', '--receipts', 'other.jsonl'], /^BAD_ROW: other\.jsonl:2: /],
    ['no file', ['x'], /^BAD_ARGUMENT: expected --receipts FILE, or --url URL/],
    ['no receipt', ['--receipts', 'receipts.jsonl'], /missing required argument 'id'/],
  ])('refuses %s', (_, args, message) => {
    writeFileSync(place.path('other.jsonl'), `\n{"id": "y"}\n`);
    const { code, stdout, stderr } = place.isotherm('explain', ...args);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});
