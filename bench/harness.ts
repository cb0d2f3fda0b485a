/**
 * The one way in which benches are timed. The cases of a group have the same input and run turn about, round after round,
 * so that what the machine does meanwhile meets them all; after each turn a case asserts what it computed. Each row gives
 * the median and the spread of the rounds, and the median over rounds of the ratio to the group's first case.
 */
import { setImmediate } from 'node:timers/promises';
import Benchmark from 'benchmark';

/** A figure to reach, printed beside what was measured. Nothing fails because of it. */
export type Aim = { perSecond: number } | { seconds: number } | { times: number; of: string };

export interface Case {
  name: string;
  /** What is timed, by the benchmark package. */
  run?(): void;
  /** Instead of `run`, for what runs in another process and times itself: seconds. */
  outside?(): number | Promise<number>;
  /** Asserts what the last turn computed. */
  check(): void;
  aim?: Aim;
}

export interface Group {
  name: string;
  /** What a turn gets through: how much of what, for the rate. */
  amount: number;
  unit: string;
  rounds: number;
  /** The first one is what the others are compared with. */
  cases: Case[];
}

/** One row of the result. Times in seconds. */
export interface Row {
  suite: string;
  group: string;
  case: string;
  rounds: number;
  min: number;
  lowerQuartile: number;
  median: number;
  upperQuartile: number;
  max: number;
  perSecond: number;
  unit: string;
  /** Median over the rounds of this case's time by the first one's. */
  ratio: number;
  aim?: string;
  reached?: boolean;
}

/** A measured number that no case times, with its limit, above which the bench fails, or with an aim. */
export interface Fact {
  suite: string;
  name: string;
  value: number;
  unit: string;
  limit?: number;
  aim?: string;
  reached?: boolean;
}

/** Linear between order statistics, as in reports. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The package calibrates, warms up and times; here one sample of at least 50 ms a turn. */
function timed(one: Case, run: () => void): () => number {
  const benchmark = new Benchmark(one.name, run, { minSamples: 1, maxTime: 0, minTime: 0.05, async: false });
  return () => {
    benchmark.run();
    if (benchmark.error !== undefined) throw benchmark.error;
    return benchmark.stats.mean;
  };
}

function timer(one: Case): () => number | Promise<number> {
  if (one.run !== undefined) return timed(one, () => one.run?.());
  if (one.outside !== undefined) return () => one.outside?.() ?? Number.NaN;
  throw new Error(`${one.name}: nothing to time`);
}

/** Collects rows and facts of the suites. */
export class Bench {
  readonly rows: Row[] = [];
  readonly facts: Fact[] = [];
  readonly notes: string[] = [];
  #suite = '';
  #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** Names what the rows that follow belong to. */
  begin(suite: string): void {
    this.#suite = suite;
  }

  /** Something that a reader of the figures must know. */
  note(text: string): void {
    const line = this.#suite === '' ? text : `${this.#suite}: ${text}`;
    this.notes.push(line);
    this.#say(line);
  }

  /** Times the cases, keeps what came out, and gives it to who wants to say more of it. */
  async group({ name, amount, unit, rounds, cases }: Group): Promise<readonly Row[]> {
    this.#say(`${this.#suite}: ${name}, ${cases.length} cases, ${rounds} rounds`);
    const timers = cases.map(timer);
    const seconds: number[][] = cases.map(() => []);
    // One round to warm up what compiles late and to fill caches; it is checked, not counted.
    for (let round = -1; round < rounds; round++) {
      for (let turn = 0; turn < cases.length; turn++) {
        // Another one begins each round: no case always has the same neighbour before it.
        const i = (turn + Math.max(0, round)) % cases.length;
        const taken = await timers[i]();
        cases[i].check();
        if (round >= 0) seconds[i].push(taken);
        // Or Ctrl-C would wait for the last round.
        await setImmediate();
      }
    }
    const rows = cases.map((one, i): Row => {
      const own = seconds[i];
      return {
        suite: this.#suite,
        group: name,
        case: one.name,
        rounds,
        min: Math.min(...own),
        lowerQuartile: quantile(own, 0.25),
        median: median(own),
        upperQuartile: quantile(own, 0.75),
        max: Math.max(...own),
        perSecond: amount / median(own),
        unit,
        ratio: median(own.map((taken, round) => taken / seconds[0][round])),
      };
    });
    cases.forEach(({ aim }, i) => {
      if (aim !== undefined) Object.assign(rows[i], judged(aim, rows[i], cases, seconds, i));
    });
    this.rows.push(...rows);
    return rows;
  }

  /** Records a number and fails when it is above its limit. */
  fact(name: string, value: number, unit: string, limit?: number): void {
    this.facts.push({ suite: this.#suite, name, value, unit, ...(limit !== undefined && { limit }) });
    if (limit !== undefined && !(value <= limit)) {
      throw new Error(`${name}: ${value.toFixed(0)} ${unit}, expected at most ${limit}`);
    }
  }

  /** Records a number beside the range that is aimed at, both ends included; missed it is told, and fails nothing. */
  aim(name: string, value: number, unit: string, range: readonly [least: number, most: number]): void {
    this.facts.push({ suite: this.#suite, name, value, unit, ...within(range, value, unit) });
  }
}

/** In words, and whether it is reached. */
function within([least, most]: readonly [number, number], value: number, unit: string): Pick<Fact, 'aim' | 'reached'> {
  const words = least === Number.NEGATIVE_INFINITY ? `at most ${most}` : `${least} to ${most}`;
  return { aim: `${words} ${unit}`.trimEnd(), reached: value >= least && value <= most };
}

function judged(
  aim: Aim,
  row: Row,
  cases: readonly Case[],
  seconds: readonly number[][],
  i: number,
): Pick<Row, 'aim' | 'reached'> {
  if ('perSecond' in aim) {
    return { aim: `${rate(aim.perSecond)} ${row.unit}/s`, reached: row.perSecond >= aim.perSecond };
  }
  if ('seconds' in aim) return { aim: `under ${time(aim.seconds)}`, reached: row.median < aim.seconds };
  const other = cases.findIndex(({ name }) => name === aim.of);
  if (other < 0) throw new Error(`${row.case}: no case ${aim.of} to compare with`);
  const times = median(seconds[i].map((taken, round) => taken / seconds[other][round]));
  const words =
    aim.times < 1 ? `${(1 / aim.times).toFixed(1)}x as fast as ${aim.of}` : `within ${aim.times}x of ${aim.of}`;
  return { aim: words, reached: times <= aim.times };
}

/** Three significant digits with a prefix: `251 M`. */
export function rate(perSecond: number): string {
  const [scale, prefix] = perSecond >= 1e6 ? [1e6, ' M'] : perSecond >= 1e3 ? [1e3, ' k'] : [1, ''];
  return `${Number((perSecond / scale).toPrecision(3))}${prefix}`;
}

export function time(seconds: number): string {
  const [scale, unit] = seconds >= 1 ? [1, 's'] : seconds >= 1e-3 ? [1e3, 'ms'] : [1e6, 'µs'];
  return `${Number((seconds * scale).toPrecision(3))} ${unit}`;
}

/** All rows and facts as one table. */
export function table(bench: Bench): string {
  const head = ['', 'median', 'min..max', 'rate', 'ratio', 'aim'];
  const lines: string[][] = [];
  let last = '';
  for (const row of bench.rows) {
    const title = `${row.suite}: ${row.group}, ${row.rounds} rounds`;
    if (title !== last) lines.push([title]);
    last = title;
    const verdict = row.aim === undefined ? '' : `${row.aim}: ${row.reached ? 'reached' : 'missed'}`;
    lines.push([
      `  ${row.case}`,
      time(row.median),
      `${time(row.min)} .. ${time(row.max)}`,
      `${rate(row.perSecond)} ${row.unit}/s`,
      `${row.ratio.toFixed(2)}x`,
      verdict,
    ]);
  }
  for (const { suite, name, value, unit, limit, aim, reached } of bench.facts) {
    const held = limit === undefined ? '' : `at most ${limit} ${unit}: ${value <= limit ? 'held' : 'exceeded'}`;
    const verdict = aim === undefined ? held : `${aim}: ${reached ? 'reached' : 'missed'}`;
    lines.push([`${suite}: ${name}`, `${Number(value.toPrecision(4))} ${unit}`, '', '', '', verdict]);
  }
  const columns = [head, ...lines.filter((cells) => cells.length > 1)];
  const widths = head.map((_, i) => Math.max(...columns.map((cells) => cells[i].length)));
  const format = (cells: string[]) =>
    cells.map((cell, i) => (i === 0 || i === 5 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ');
  return [format(head), ...lines.map((cells) => (cells.length === 1 ? cells[0] : format(cells)))]
    .map((line) => line.trimEnd())
    .join('\n');
}
