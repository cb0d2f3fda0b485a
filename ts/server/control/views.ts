/** What the control plane shows of functions, in the shapes of the API. */
import type { ModelTrust } from 'isotherm/forecast';
import type { Decision, Forecast, FunctionDetail, FunctionRow, Trust } from '../api/schemas.js';
import { savingsOf } from './figures.js';
import type { ManagedFunction } from './managed-function.js';
import type { TickTime } from './tick-time.js';

/** Share of outcomes that a forecast's interval shall hold. */
const LEVEL = 0.9;
const RATE_MINUTES = 10;

/** What JSON has of a keep-alive without end. */
const forEver = (ms: number | null): number | null => (ms === Number.POSITIVE_INFINITY ? null : ms);

export function decisionView(managed: ManagedFunction, time: TickTime): Decision {
  const { atMs, keepAliveMs, prewarmMs, ...decided } = managed.control.decision;
  return {
    ...decided,
    functionKey: managed.key,
    atMs: time.epochMs + atMs,
    tick: managed.decidedTick,
    keepAliveMs: forEver(keepAliveMs),
    prewarmMs: prewarmMs ?? 0,
    heldTicks: managed.heldTicks,
    receiptId: managed.receiptId,
  };
}

export function forecastView(managed: ManagedFunction, time: TickTime): Forecast | null {
  const forecast = managed.control.forecast();
  if (forecast === null) return null;
  const { model, version, atMs, stepMs, calls, blocksFromMs, blockMs, blockCalls, lower, upper, demotedFrom } = forecast;
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
      durationMs: blockMs,
      calls: [...blockCalls],
      lower: [...lower],
      upper: [...upper],
    },
    demotedFrom,
  };
}

export function trustView({ model, version, isUsed, blocks, meanError, coverage }: ModelTrust, demotedFrom: string | null): Trust {
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

/** Calls per minute over the last ten closed minutes; those that are missing left out. */
export function callsPerMinute(managed: ManagedFunction): number {
  const known = managed.recent.lastCalls(RATE_MINUTES);
  return known.length === 0 ? 0 : known.reduce((sum, calls) => sum + calls, 0) / known.length;
}

export function rowView(managed: ManagedFunction): FunctionRow {
  const { ours, compared } = managed.compared;
  const { model, demotedFrom } = managed.control.modelInUse();
  return {
    functionKey: managed.key,
    calls: ours.calls,
    callsPerMinute: callsPerMinute(managed),
    coldStarts: ours.coldStarts,
    comparedColdStarts: compared.coldStarts,
    savedUsd: compared.objectiveUsd - ours.objectiveUsd,
    desiredInstances: managed.control.decision.desiredInstances,
    model,
    demoted: demotedFrom !== null,
    paused: managed.limits.paused,
    gap: managed.isMissing,
    lastCallMs: managed.lastCallMs,
  };
}

export function detailView(managed: ManagedFunction, time: TickTime, nowMs: number): FunctionDetail {
  const { ours, compared, against } = managed.compared;
  const { setting } = managed;
  const totals = managed.control.totals();
  const { demotedFrom } = managed.control.modelInUse();
  return {
    functionKey: managed.key,
    firstSeenMs: managed.firstSeenMs,
    lastCallMs: managed.lastCallMs,
    memoryMiB: setting.memoryMiB,
    durationMs: totals.ours.calls === 0 ? null : totals.busyMs,
    startMs: setting.coldStartMs,
    lateSamples: managed.lateSamples,
    ours,
    compared,
    saved: savingsOf(ours, compared, against),
    forecast: forecastView(managed, time),
    decision: decisionView(managed, time),
    limits: managed.limits,
    paused: managed.limits.paused,
    trust: managed.control.trust().map((trust) => trustView(trust, demotedFrom)),
    recent: managed.recent.view(nowMs),
    gaps: managed.gaps,
  };
}
