/** What the control plane shows of placement, in the shapes of the API. */
import { conflictWords, PLACEMENT_TERMS, type PlacementReceipt, type PlacementStanding } from 'isotherm/decide';
import type { Page } from '../../api/schemas/pages.js';
import type {
  PlacedFunction,
  PlacementDecision,
  PlacementRow,
  PlacementTerms,
  PlacementReceipt as ReceiptView,
} from '../../api/schemas/placement.js';
import type { Json, StoredPlacement, PlacementRow as StoredRow } from '../../store/index.js';
import type { TickTime } from '../tick-time.js';

/** What a list shows of a decision; kept beside the receipt. */
type Short = Omit<PlacementRow, 'receiptId' | 'tick' | 'atMs'>;

/** Moves that a list shows of one decision. */
const MOST_SHOWN = 20;

export function storedPlacement(receipt: PlacementReceipt, time: TickTime): StoredPlacement {
  const { id, tick, atMs, reason, steps, staying, bound, alternatives } = receipt;
  const after = alternatives.find(({ name }) => name === 'after the moves');
  const short: Short = {
    reason,
    moves: steps.slice(0, MOST_SHOWN).map(({ name, from, to }) => ({ name, from, to })),
    staying: staying.functions,
    cost: after?.cost ?? null,
    bound,
    gap: after?.gap ?? null,
  };
  return { id, tick, atMs: time.epochMs + atMs, decision: short as Json, body: receipt as unknown as Json };
}

export const rowView = ({ id, tick, atMs, decision }: StoredRow): PlacementRow => ({
  receiptId: id,
  tick,
  atMs,
  ...(decision as unknown as Short),
});

export const receiptOf = ({ body }: StoredPlacement): PlacementReceipt => body as unknown as PlacementReceipt;

export function decisionView(receipt: PlacementReceipt, time: TickTime): PlacementDecision {
  const { id, tick, atMs, reason, fleet, steps, staying, alternatives, bound, proof, notPlaced, limits } = receipt;
  // Receipts of earlier versions have none.
  const { otherMoves = [] } = receipt;
  return {
    receiptId: id,
    tick,
    atMs: time.epochMs + atMs,
    reason,
    fleet,
    steps,
    staying: { ...staying, reasons: { ...staying.reasons } },
    alternatives,
    otherMoves,
    bound,
    proof,
    conflicts: notPlaced === null ? [] : conflictWords(notPlaced),
    limits,
  };
}

/** The receipt as it was made; its time is turned into a time of day. */
export function receiptView(stored: StoredPlacement, time: TickTime): ReceiptView {
  const receipt = receiptOf(stored);
  const { setting, inputs, inputsDigest, after, network, seed, backend, version } = receipt;
  const { receiptId: id, ...decided } = decisionView(receipt, time);
  return {
    id,
    kind: 'placement',
    ...decided,
    setting: { ...setting },
    inputs,
    inputsDigest,
    after,
    network,
    seed,
    backend,
    version,
    record: stored.body as Record<string, unknown>,
  };
}

export interface FunctionsAsked {
  q?: string;
  cursor?: string;
  limit: number;
}

/** In order of name; the cursor is a name. O(functions). */
export function functionsPage(
  standing: PlacementStanding | null,
  { q, cursor, limit }: FunctionsAsked,
): Page<PlacedFunction> {
  if (standing === null) return { items: [], nextCursor: null };
  const wanted = q?.toLowerCase();
  const order = standing.names
    .map((name, f) => ({ name, f }))
    .filter(({ name }) => wanted === undefined || name.toLowerCase().includes(wanted))
    .filter(({ name }) => cursor === undefined || name > cursor)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const items = order.slice(0, limit).map(({ f }) => functionView(standing, f));
  return { items, nextCursor: order.length > limit ? order[limit - 1]!.name : null };
}

function functionView(standing: PlacementStanding, f: number): PlacedFunction {
  const { names, nodes, node, target, staying, cost, terms } = standing;
  const nodeAt = (n: number): string | null => nodes[n]?.name ?? null;
  const own = PLACEMENT_TERMS.map((term, t) => [term, terms[f * PLACEMENT_TERMS.length + t]!]);
  return {
    name: names[f]!,
    node: nodeAt(node[f]!),
    best: nodeAt(target[f]!),
    staying: staying[f]!,
    cost: Number.isNaN(cost[f]!) ? null : cost[f]!,
    terms: Object.fromEntries(own) as PlacementTerms,
  };
}
