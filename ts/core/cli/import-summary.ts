/** What was imported, in figures: as an object for programs, as lines for people. */

import { count, duration, NO_FIGURE, percent, span, threeDigits } from '../decide/figures.js';
import { callsPerFunction } from '../evaluate/activity.js';
import { originSentence, startTimeOrigins } from '../evaluate/start-times.js';
import type { CallsTrace, StartTime, TraceFormat, TraceReading } from '../trace/index.js';
import { startTimesOf } from './start-times.js';

/** What is known of one function; absent where the source does not tell. */
export interface FunctionSummary {
  key: string;
  calls: number;
  durationMs: number;
  memoryMiB: number;
  usedMiB?: number;
  coldStarts?: number;
  environments?: number;
  startTime: StartTime;
}

export interface ImportSummary {
  format: TraceFormat;
  functions: FunctionSummary[];
  calls: number;
  minutes: number;
  /** ISO 8601; absent where the source has no dates. */
  from?: string;
  to?: string;
  coldStarts?: number;
  environments?: number;
  /** The longest time that an environment lay idle and was used again, ms: the platform keeps them at least that long. */
  longestIdleMs?: number;
  badRows: number;
  notes: string[];
  digest: string;
}

export function importSummary(reading: TraceReading): ImportSummary {
  const { trace, format, notes, badRows, digest } = reading;
  const times = startTimesOf(reading);
  const { keys, durationMs, memoryMiB } = trace.functions;
  const calls = callsPerFunction(trace);
  const environments = trace.kind === 'calls' ? environmentsOf(trace) : undefined;
  const functions = keys.map((key, f): FunctionSummary => {
    const coldStarts = coldStartsOf(reading, f);
    const used = trace.kind === 'calls' ? largest(trace, f) : Number.NaN;
    return {
      key,
      calls: calls[f]!,
      durationMs: durationMs[f],
      memoryMiB: memoryMiB[f],
      ...(used >= 0 && { usedMiB: used }),
      ...(coldStarts !== undefined && { coldStarts }),
      ...(environments && { environments: environments.perFunction[f] }),
      startTime: times[f],
    };
  });
  const told = functions.filter(({ coldStarts }) => coldStarts !== undefined);
  const isDated = !Number.isNaN(trace.originMs);
  return {
    format,
    functions,
    calls: trace.calls,
    minutes: trace.minutes,
    ...(isDated && {
      from: new Date(trace.originMs).toISOString(),
      to: new Date(trace.originMs + trace.minutes * 60000).toISOString(),
    }),
    ...(told.length > 0 && { coldStarts: told.reduce((sum, one) => sum + (one.coldStarts as number), 0) }),
    ...(environments && { environments: environments.all, longestIdleMs: environments.longestIdleMs }),
    badRows,
    notes,
    digest,
  };
}

/** Functions that are shown one by one, the busiest first. */
const SHOWN = 10;

export function summaryLines(summary: ImportSummary): string[] {
  const { format, functions, calls, minutes, from, to, coldStarts, environments, longestIdleMs } = summary;
  const when = from === undefined ? 'without dates' : `${from} to ${to}`;
  const lines = [
    `${format}: ${plural(functions.length, 'function')}, ${plural(calls, 'call')}, ${span(minutes)}, ${when}`,
  ];
  if (coldStarts === undefined) lines.push('Cold starts: unknown, the data do not tell');
  else lines.push(`Cold starts: ${count(coldStarts)} observed, ${percent(coldStarts / calls)} of the calls`);
  if (environments !== undefined) {
    const idle =
      (longestIdleMs ?? 0) > 0 ? `; the longest idle one that was used again: ${duration(longestIdleMs ?? 0)}` : '';
    lines.push(
      `Execution environments: ${count(environments)}, ${threeDigits(calls / environments)} calls each${idle}`,
    );
  }
  for (const origin of startTimeOrigins(functions.map(({ startTime }) => startTime)))
    lines.push(originSentence(origin));
  lines.push('', ...functionTable(functions));
  return lines.map((line) => line.replaceAll('\u00a0', ' '));
}

function plural(number: number, what: string): string {
  return `${count(number)} ${what}${number === 1 ? '' : 's'}`;
}

function functionTable(functions: readonly FunctionSummary[]): string[] {
  const busiest = [...functions].sort((a, b) => b.calls - a.calls).slice(0, SHOWN);
  const header = ['function', 'calls', 'cold', 'environments', 'mean', 'memory MiB', 'used MiB', 'start', 'P90'];
  const rows = busiest.map((one) => [
    one.key,
    count(one.calls),
    one.coldStarts === undefined ? NO_FIGURE : count(one.coldStarts),
    one.environments === undefined ? NO_FIGURE : count(one.environments),
    duration(one.durationMs),
    count(one.memoryMiB),
    one.usedMiB === undefined ? NO_FIGURE : count(one.usedMiB),
    duration(one.startTime.medianMs),
    duration(one.startTime.p90Ms),
  ]);
  const widths = header.map((title, c) => Math.max(title.length, ...rows.map((row) => row[c]!.length)));
  const lines = [header, ...rows].map((row) => {
    return row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!))).join('  ');
  });
  if (functions.length > SHOWN) lines.push(`and ${count(functions.length - SHOWN)} more`);
  return lines.map((line) => `  ${line}`);
}

function coldStartsOf({ trace, starts }: TraceReading, f: number): number | undefined {
  if (trace.kind === 'counts') {
    const observed = starts?.[f]?.coldStarts ?? Number.NaN;
    return Number.isNaN(observed) ? undefined : observed;
  }
  const { coldStart } = trace.columns;
  if (coldStart === undefined) return undefined;
  let cold = 0;
  for (let call = trace.offsets[f]!; call < trace.offsets[f + 1]!; call++) if (coldStart[call] === 1) cold++;
  return cold;
}

/** Most memory that a call had used; NaN where none tells. */
function largest(trace: CallsTrace, f: number): number {
  const { usedMiB } = trace.columns;
  let most = Number.NaN;
  for (let call = trace.offsets[f]!; usedMiB !== undefined && call < trace.offsets[f + 1]!; call++) {
    if (!(usedMiB[call]! <= most) && !Number.isNaN(usedMiB[call]!)) most = usedMiB[call]!;
  }
  return most;
}

/** Environments in all and by function, and the longest idle time between two calls of one. */
function environmentsOf(trace: CallsTrace): { all: number; perFunction: number[]; longestIdleMs: number } | undefined {
  const { environment, initMs } = trace.columns;
  if (environment === undefined) return undefined;
  const freeAtMs = new Map<number, number>();
  const perFunction: number[] = [];
  let longestIdleMs = 0;
  for (let f = 0; f + 1 < trace.offsets.length; f++) {
    const before = freeAtMs.size;
    for (let call = trace.offsets[f]!; call < trace.offsets[f + 1]!; call++) {
      const number = environment[call]!;
      if (Number.isNaN(number)) continue;
      const idleMs = trace.startMs[call]! - (freeAtMs.get(number) ?? Number.NaN);
      if (idleMs > longestIdleMs) longestIdleMs = idleMs;
      const waitMs = initMs === undefined || Number.isNaN(initMs[call]!) ? 0 : initMs[call]!;
      freeAtMs.set(number, trace.startMs[call]! + waitMs + trace.durationMs[call]!);
    }
    perFunction.push(freeAtMs.size - before);
  }
  return { all: freeAtMs.size, perFunction, longestIdleMs };
}
