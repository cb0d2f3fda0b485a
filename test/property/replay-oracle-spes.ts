/** SPES as `docs/rivals.md` defines it: a list of minutes, from which everything is found anew each time. */
import type { Interval, OraclePolicy } from './replay-oracle.js';

const MINUTE_MS = 60_000;

const minuteOf = (atMs: number): number => Math.floor(atMs / MINUTE_MS);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** A run of active minutes with the waiting time behind it. */
interface Run {
  active: number;
  calls: number;
  waited: number;
}

type Category = 'unknown' | 'always' | 'regular' | 'appro' | 'dense' | 'successive' | 'possible' | 'pulsed';

/** Waits behind which a call is expected, as ranges; `beside` widens them. */
interface Rule {
  category: Category;
  giveUp: number;
  waits: [number, number][];
  beside: number;
}

/** Ended runs, and the minutes of the one that goes on. */
function runsOf(calls: ReadonlyMap<number, number>): { ended: Run[]; goesOn: number } {
  const minutes = [...calls.keys()].toSorted((a, b) => a - b);
  const ended: Run[] = [];
  let run = { active: 0, calls: 0 };
  minutes.forEach((minute, i) => {
    const waited = i === 0 ? 0 : minute - minutes[i - 1] - 1;
    if (waited > 0) {
      ended.push({ ...run, waited });
      run = { active: 0, calls: 0 };
    }
    run = { active: run.active + 1, calls: run.calls + calls.get(minute)! };
  });
  return { ended, goesOn: run.active };
}

const percentile = (values: readonly number[], percent: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (percent * (sorted.length - 1)) / 100;
  const low = sorted[Math.floor(position)];
  const high = sorted[Math.min(Math.floor(position) + 1, sorted.length - 1)];
  return low + (position - Math.floor(position)) * (high - low);
};

/** `[wait, times]`, the most frequent first, at most five. */
function modesOf(waits: readonly number[]): [number, number][] {
  const times = new Map<number, number>();
  for (const wait of waits) times.set(wait, (times.get(wait) ?? 0) + 1);
  return [...times].toSorted((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 5);
}

const single = (waits: readonly number[]): [number, number][] => waits.map((wait) => [wait, wait]);

function possibleWaits(waits: readonly number[]): [number, number][] {
  const often = modesOf(waits).flatMap(([wait, times]) => (times > 1 ? [wait] : []));
  if (often.length === 0) return [];
  const [least, most] = [Math.min(...often), Math.max(...often)];
  return most - least <= 10 ? [[least, most]] : single(often);
}

/** Whether an instance is warm behind `waited` minutes: the call would come in the next one, two minutes before to two after it count. */
const expects = ({ waits, beside }: Pick<Rule, 'waits' | 'beside'>, waited: number): boolean =>
  waits.some(([from, to]) => waited >= from + 1 - 2 - beside && waited <= to + 1 + 2 + beside);

function ruleOf(ended: readonly Run[], goesOn: number): Rule {
  const rule = (category: Category, waits: [number, number][] = [], beside = 0): Rule => {
    const giveUp = category === 'dense' || category === 'always' ? 5 : category === 'pulsed' ? 3 : 1;
    return { category, giveUp, waits, beside };
  };
  const waits = ended.map((run) => run.waited);
  const waited = sum(waits);
  const all = waited + sum(ended.map((run) => run.active)) + goesOn;
  if (all >= 1000 && waited * 1000 < all) return rule('always');
  const n = waits.length;
  if (n === 0) return rule('unknown');
  const mean = waited / n;
  const deviation = Math.sqrt(sum(waits.toSorted((a, b) => a - b).map((wait) => (wait - mean) * (wait - mean))) / n);
  if (n >= 4 && (percentile(waits, 95) - percentile(waits, 5) < 1 || deviation <= 0.01 * mean)) {
    const median = waits.toSorted((a, b) => a - b)[Math.floor((n - 1) / 2)];
    const beats: [number, number][] = [
      [median, median],
      [2 * median + 1, 2 * median + 1],
    ];
    return rule('regular', beats, Math.floor(Math.min(deviation, 2)));
  }
  const modes = modesOf(waits);
  const three = modes.slice(0, 3);
  if (n >= 3 && three[0][1] > 1 && 10 * sum(three.map(([, times]) => times)) >= 9 * n) {
    return rule('appro', single(three.flatMap(([wait, times]) => (10 * times > n ? [wait] : []))));
  }
  if (percentile(waits, 90) < 5) {
    const often = modes.flatMap(([wait, times]) => (times > 1 ? [wait] : []));
    const [of, most] = often.length > 0 ? [often, 10] : [waits, 3];
    return rule('dense', [[Math.min(...of), Math.max(Math.min(most, Math.max(...of)), Math.min(...of))]]);
  }
  if (Math.min(...ended.map((run) => run.active)) >= 10 || Math.min(...ended.map((run) => run.calls)) >= 11) {
    return rule('successive');
  }
  const possible = possibleWaits(waits);
  return possible.length > 0 && foresightPays(ended) ? rule('possible', possible) : rule('pulsed');
}

function foresightPays(ended: readonly Run[]): boolean {
  const cold = { pulsed: 0, possible: 0 };
  const idle = { pulsed: 0, possible: 0 };
  ended.forEach(({ waited }, i) => {
    const before = { waits: possibleWaits(ended.slice(0, i).map((run) => run.waited)), beside: 0 };
    if (waited >= 3) cold.pulsed++;
    idle.pulsed += Math.min(3, waited);
    if (!expects(before, waited)) cold.possible++;
    idle.possible++;
    for (let minute = 1; minute < waited; minute++) if (expects(before, minute)) idle.possible++;
  });
  if (cold.pulsed === cold.possible || idle.pulsed === idle.possible) {
    return cold.possible < cold.pulsed || idle.possible < idle.pulsed;
  }
  const [fewer, more] =
    cold.possible < cold.pulsed ? (['possible', 'pulsed'] as const) : (['pulsed', 'possible'] as const);
  const calls = sum(ended.map((run) => run.calls));
  const saved = 0.5 * (cold[more] - cold[fewer]) * idle[more] >= (idle[fewer] - idle[more]) * cold[fewer];
  const chosen = idle[fewer] < idle[more] || 10 * cold[fewer] <= calls || saved ? fewer : more;
  return chosen === 'possible';
}

export function spes(prewarmMs: number): OraclePolicy {
  const calls = new Map<number, number>();
  let last = Number.NaN;
  /** Active from the last minute, exclusive, where `from` says nothing else, to `minute`. */
  const active = (minute: number, from = Number.isNaN(last) ? minute : last + 1) => {
    for (let one = from; one <= minute; one++) if (!calls.has(one)) calls.set(one, 0);
    last = Number.isNaN(last) ? minute : Math.max(last, minute);
  };
  const rule = (): Rule => {
    const { ended, goesOn } = runsOf(calls);
    return ruleOf(ended, goesOn);
  };
  const isWarm = (of: Rule, waited: number) => of.category === 'always' || waited < of.giveUp || expects(of, waited);
  /** Up to the last ms before the first minute from behind `waited` on in which nothing is warm. */
  const until = (of: Rule, waited: number): number => {
    let end = waited;
    while (end < of.giveUp || expects(of, end)) end++;
    return (last + 1 + end) * MINUTE_MS - 1;
  };
  return {
    arrival(atMs, busy) {
      const minute = minuteOf(atMs);
      if (busy > 1) active(minute);
      else active(minute, minute);
      calls.set(minute, calls.get(minute)! + 1);
    },
    release(atMs): Interval {
      active(minuteOf(atMs));
      return { prewarmMs: 0, keepAliveMs: until(rule(), 0) - atMs };
    },
    tick(nowMs, busy, warmIdle, pending) {
      const waited = minuteOf(nowMs) - 1 - last;
      if (!(waited >= 0) || busy + warmIdle + pending > 0) return [];
      const now = rule();
      if (!isWarm(now, waited)) return [];
      if (now.category === 'always') return [{ count: 1, prewarmMs, keepAliveMs: Number.POSITIVE_INFINITY }];
      const keepAliveMs = until(now, waited) - nowMs - prewarmMs;
      return keepAliveMs >= 0 ? [{ count: 1, prewarmMs, keepAliveMs }] : [];
    },
  };
}
