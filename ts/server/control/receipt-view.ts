/** Receipts of the core in the shapes of the store and of the API. */
import type { TickReceipt } from 'isotherm/decide';
import type { Receipt, ReceiptRow } from '../api/schemas/receipts.js';
import type { Json, StoredReceipt, ReceiptRow as StoredRow } from '../store/index.js';
import type { TickTime } from './tick-time.js';

export function storedReceipt(receipt: TickReceipt, time: TickTime): StoredReceipt {
  const { id, functionKey, tick, decision } = receipt;
  const { desiredInstances, poolInstances, keepAliveMs, reason } = decision;
  return {
    id,
    functionKey,
    tick,
    atMs: time.endOf(tick),
    kind: 'tick',
    // Infinity is for ever, and null in JSON.
    decision: { desiredInstances, poolInstances, keepAliveMs, reason },
    body: receipt as unknown as Json,
  };
}

export function receiptRow({ id, functionKey, tick, atMs, decision }: StoredRow): ReceiptRow {
  const short = decision as unknown as Pick<
    ReceiptRow,
    'desiredInstances' | 'poolInstances' | 'keepAliveMs' | 'reason'
  >;
  return { id, functionKey, tick, atMs, ...short };
}

/** The receipt as it was made; times are turned from engine time into times of day. */
export function receiptView(stored: StoredReceipt, time: TickTime): Receipt {
  const receipt = stored.body as unknown as TickReceipt;
  const { decision, forecast, alternatives, limits, prices, startTime, spec, saw } = receipt;
  const { atMs: _, ...decided } = decision;
  return {
    id: receipt.id,
    kind: 'tick',
    decision: {
      ...decided,
      prewarmMs: decision.prewarmMs ?? 0,
      functionKey: receipt.functionKey,
      atMs: stored.atMs,
      tick: receipt.tick,
    },
    policy: receipt.policy,
    spec: spec as unknown as Record<string, unknown>,
    inputsDigest: receipt.inputsDigest,
    saw,
    forecast: forecast === null ? null : { ...forecast, fromMs: time.epochMs + forecast.fromMs },
    alternatives: alternatives.map(({ name, ...terms }) => ({ name, terms })),
    limits,
    prices,
    startTime,
    seed: receipt.seed,
    backend: receipt.backend,
    version: receipt.version,
    record: stored.body as Record<string, unknown>,
  };
}
