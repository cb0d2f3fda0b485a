/** What the control plane shows of functions, in the shapes of the API. */
import type { ModelTrust } from 'isotherm/forecast';
import type { Decision, Forecast, Trust } from '../api/schemas/decisions.js';
import type { FunctionDetail, FunctionRow } from '../api/schemas/functions.js';
import { savingsOf } from './figures.js';
import type { ManagedFunction } from './managed-function.js';
import type { TickTime } from './tick-time.js';

/** Share of outcomes that a forecast's interval shall hold. */
const LEVEL = 0.9;
const RATE_MINUTES = 10;
const BLOCK_MS = RATE_MINUTES * 60_000;

export function decisionView(managed: ManagedFunction, time: TickTime): Decision | null {
  const { decision } = managed;
  if (decision === null) return null;
  return {
    ...decision,
    functionKey: managed.key,
    atMs: time.epochMs + decision.atMs,
    tick: managed.decidedTick,
    prewarmMs: decision.prewarmMs ?? 0,
    heldTicks: managed.heldTicks,
    receiptId: managed.receiptId,
  };
}

export function forecastView(managed: ManagedFunction, time: TickTime): Forecast | null {
  if (managed.control.trusted.history === undefined) return null;
  const { model, version, atMs, stepMs, calls, blocksFromMs, blockCalls, lower, upper, demotedFrom } =
    managed.control.forecast;
  return {
    functionKey: managed.key,
    model,
    version,
    atMs: time.epochMs + atMs,
    stepMs,
    calls: [...calls],
    level: LEVEL,
    blocks: {
      fromMs: time.epochMs + blocksFromMs,
      durationMs: BLOCK_MS,
      calls: [...blockCalls],
      lower: [...lower],
      upper: [...upper],
    },
    demotedFrom,
  };
}

export function trustView(
  { model, version, isUsed, blocks, meanError, coverage }: ModelTrust,
  demotedFrom: string | null,
): Trust {
  return {
    model,
    version,
    blocks,
    loss: Number.isNaN(meanError) ? null : meanError,
    coverage: Number.isNaN(coverage) ? null : coverage,
    inUse: isUsed,
    demoted: model === demotedFrom,
  };
}

/** Those that are not scored yet come last. */
const byError = (a: number, b: number): number => (Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : a - b);

/** Calls per minute over the last ten closed minutes; those that are missing left out. */
export function callsPerMinute(managed: ManagedFunction): number {
  const known = managed.recent.lastCalls(RATE_MINUTES);
  return known.length === 0 ? 0 : known.reduce((sum, calls) => sum + calls, 0) / known.length;
}

export function rowView(managed: ManagedFunction): FunctionRow {
  const { ours, compared } = managed.compared;
  const { trusted, forecast } = managed.control;
  const isKnown = trusted.history !== undefined;
  return {
    functionKey: managed.key,
    calls: ours.calls,
    callsPerMinute: callsPerMinute(managed),
    predictedPerMinute: isKnown ? (forecast.blockCalls[0] ?? 0) / RATE_MINUTES : null,
    coldStarts: ours.coldStarts,
    comparedColdStarts: compared.coldStarts,
    savedUsd: compared.objectiveUsd - ours.objectiveUsd,
    desiredInstances: managed.desiredInstances,
    model: isKnown ? trusted.used : null,
    demoted: managed.isDemoted,
    paused: managed.limits.paused,
    gap: managed.isMissing,
    lastCallMs: managed.lastCallMs,
  };
}

export function detailView(managed: ManagedFunction, time: TickTime, nowMs: number): FunctionDetail {
  const { ours, compared, against } = managed.compared;
  const { setting } = managed;
  const { startTime } = managed.control;
  const totals = managed.control.totals();
  const { trusted } = managed.control;
  return {
    functionKey: managed.key,
    firstSeenMs: managed.firstSeenMs,
    lastCallMs: managed.lastCallMs,
    memoryMiB: setting.memoryMiB,
    durationMs: totals.ours.calls === 0 ? null : totals.busyMs / totals.ours.calls,
    startMs: startTime.ms,
    startFrom: startTime.from,
    lateSamples: managed.lateSamples,
    ours,
    compared,
    saved: savingsOf(ours, compared, against),
    forecast: forecastView(managed, time),
    decision: decisionView(managed, time),
    limits: managed.limits,
    paused: managed.limits.paused,
    trust: trusted
      .trust()
      .sort((a, b) => Number(b.isUsed) - Number(a.isUsed) || byError(a.meanError, b.meanError))
      .map((trust) => trustView(trust, managed.isDemoted ? trusted.model : null)),
    recent: managed.recent.view(nowMs),
    gaps: managed.gaps,
  };
}
