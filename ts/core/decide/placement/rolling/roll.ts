/** One rolling decision of a control plane: what the files give, what was measured, where everything is, and what comes of it. */
import { type BuiltProblem, buildProblem, factorsOf } from '../build.js';
import type { PlacementInput } from '../input.js';
import { checkMigration, HELD_REASONS, type HeldReason, type MigrationDecision, migrateBuilt } from '../migration.js';
import { placementNetwork } from '../network/network.js';
import { parsePlacement } from '../parse.js';
import { currentOf, type NodeUse, usesOf } from '../place.js';
import { termsAt, termsOf, totalTerms, weighed } from '../totals.js';
import { completed, type GivenPlacement, type SeenFunction } from './given.js';
import { otherSets } from './other-moves.js';
import {
  type OtherMoves,
  PLACEMENT_BOUNDS,
  type PlacementAlternative,
  type PlacementBound,
  type PlacementReceipt,
  type PlacementSetting,
} from './receipt.js';
import type { RollingState } from './state.js';
import { reasonOf } from './words.js';

export interface RollingInput {
  tick: number;
  /** Ms of the clock that the decisions are made by. */
  atMs: number;
  setting: PlacementSetting;
  given: GivenPlacement;
  seen: readonly SeenFunction[];
  before: RollingState;
}

/** Where everything is once the moves are made; columns over functions. */
export interface PlacementStanding {
  names: string[];
  nodes: NodeUse[];
  /** Places in the list of nodes; -1 for nowhere. The second is the best placement that was found, where there is one. */
  node: Int32Array;
  target: Int32Array;
  /** Why it is not at its target; null where it is. */
  staying: (HeldReason | null)[];
  /** Its own cost, and `[functions, terms]` in the order of `PLACEMENT_TERMS`. */
  cost: Float64Array;
  terms: Float64Array;
}

/** A decision without the digests of what it followed from. */
export type UnsignedReceipt = Omit<
  PlacementReceipt,
  'id' | 'inputs' | 'inputsDigest' | 'after' | 'backend' | 'version'
>;

export interface Rolled {
  receipt: UnsignedReceipt;
  after: RollingState;
  standing: PlacementStanding;
}

/** Names that a receipt has of many. */
const MOST_NAMED = 20;

/**
 * Decides the next moves of a fleet that is placed again and again, from files and measurements, and says what that followed from.
 *
 * A function is where the last decision put it, until its file says that it is somewhere else than before. What a file leaves out of memory, instances, start time and calls is taken from what was
 * measured; without a memory a function is not placed. The decision follows from its arguments alone.
 *
 * Errors: `BAD_ARGUMENT` for files that are not as `parsePlacement` takes them, for figures of one's own that are not of its regions, and where the network lacks a region or a figure; `OUT_OF_RANGE` for
 * rules, weights, limits, the speed of links and the time.
 * Complexity: as `decideMigrations`; the receipt is O(functions terms).
 * Source: as `decideMigrations`, and Murty, "An algorithm for ranking all the assignments in order of increasing cost", Operations Research 16(3), 1968, for `otherMoves`.
 *
 * @example
 * const node = { tier: 'cloud', provider: 'aws', vcpu: 8, memoryGib: 32 };
 * const nodes = [{ ...node, name: 'dublin', region: 'eu-west-1' }, { ...node, name: 'tokyo', region: 'ap-northeast-1' }];
 * const functions = [{ name: 'checkout', vcpu: 0.5, node: 'dublin' }];
 * const seen = [{ name: 'checkout', callsPerHour: 900, memoryMiB: 512, instances: 1, startMs: 300, isHeld: false, isPaused: false }];
 * const setting = { rules: MIGRATION_RULES, weights: {}, limits: {}, usersIn: 'gcp:asia-northeast2' };
 * rollPlacement({ tick: 1, atMs: 0, setting, given: { nodes, functions }, seen, before: NO_PLACEMENT }).receipt.reason;
 * // '1 function moves.'
 */
export function rollPlacement({ tick, atMs, setting, given, seen, before }: RollingInput): Rolled {
  const { rules, weights, limits, usersIn, linkGbps } = setting;
  checkMigration({ nowMs: atMs, rules });
  const filled = completed(given.functions, seen, usersIn);
  const parsed = parsePlacement(given.nodes, filled.functions);
  const input = where(parsed, before);
  const network = placementNetwork(given.network);
  const numbers = { weights, limits, network, ...(linkGbps !== undefined && { linkGbps }) };
  const built = buildProblem(input, numbers);
  const paused = seen.flatMap(({ name, isPaused }) => (isPaused ? [name] : []));
  const asked = { ...numbers, nowMs: atMs, rules, paused };
  const { decision, after } = migrateBuilt(built, before.memory === null ? asked : { ...asked, memory: before.memory });
  const current = currentOf(input);
  const [termsBefore, terms] = [termsOf(built, current), termsOf(built, after)];
  const place = new Map(input.functions.map(({ name }, f) => [name, f]));
  const { target, held } = decision;
  const reasons: Partial<Record<HeldReason, number>> = {};
  for (const { why } of held) reasons[why] = (reasons[why] ?? 0) + 1;
  const { names, costs } = standingOf(built, after, terms);
  const steps = decision.steps.map((step) => {
    const f = place.get(step.name)!;
    return { ...step, before: step.from === null ? null : termsAt(termsBefore, f), after: termsAt(terms, f) };
  });
  const givenNode = new Map(parsed.functions.map(({ name, node }) => [name, node]));
  return {
    receipt: {
      kind: 'placement',
      tick,
      atMs,
      setting,
      fleet: {
        functions: input.functions.length,
        nodes: input.nodes.length,
        measured: filled.measured,
        held: filled.held,
        leftOut: { functions: filled.leftOut.length, names: filled.leftOut.slice(0, MOST_NAMED) },
      },
      steps,
      staying: { functions: held.length, reasons, first: held.slice(0, MOST_NAMED) },
      reason: reasonOf(decision, input.functions.length),
      alternatives: alternativesOf(built, decision, { current, after, termsBefore, terms }),
      otherMoves: otherMovesOf(built, decision, place, { current, after }),
      bound: target.isPlaced ? target.bound : null,
      proof: target.isPlaced ? target.proof : null,
      notPlaced: target.isPlaced ? null : target,
      limits: boundsOf(reasons),
      network: network.source,
      seed: 0,
    },
    after: {
      places: names.map((name, f) => ({
        name,
        node: after[f] < 0 ? null : input.nodes[after[f]].name,
        given: givenNode.get(name)!,
      })),
      memory: decision.memory,
    },
    standing: {
      names,
      nodes: usesOf(built, after),
      node: after,
      target: target.isPlaced ? target.assignment : after,
      staying: stayingOf(decision, place, names.length),
      cost: costs,
      terms,
    },
  };
}

/** Each function where it is by now. */
function where(parsed: PlacementInput, { places }: RollingState): PlacementInput {
  const known = new Map(places.map((one) => [one.name, one]));
  const nodes = new Set(parsed.nodes.map(({ name }) => name));
  const functions = parsed.functions.map((one) => {
    const last = known.get(one.name);
    const node = last !== undefined && last.given === one.node ? last.node : one.node;
    return { ...one, node: node !== null && nodes.has(node) ? node : null };
  });
  return { nodes: parsed.nodes, functions };
}

function standingOf({ input, weights, scales, floors }: BuiltProblem, after: Int32Array, terms: Float64Array) {
  const factors = factorsOf(weights, scales);
  const names = input.functions.map(({ name }) => name);
  const costs = Float64Array.from(names, (_, f) =>
    after[f] < 0 ? Number.NaN : weighed(termsAt(terms, f), factors) - floors[f],
  );
  return { names, costs };
}

interface Sides {
  current: Int32Array;
  after: Int32Array;
  termsBefore: Float64Array;
  terms: Float64Array;
}

function alternativesOf(
  built: BuiltProblem,
  { target }: MigrationDecision,
  { current, after, termsBefore, terms }: Sides,
): PlacementAlternative[] {
  if (!target.isPlaced) return [];
  const of = (name: PlacementAlternative['name'], places: Int32Array, own: Float64Array): PlacementAlternative[] => {
    if (places.some((n) => n < 0)) return [];
    return [{ name, ...totalsOf(built, own, target.bound) }];
  };
  return [
    ...of('as it is', current, termsBefore),
    ...of('after the moves', after, terms),
    { name: 'the best that was found', cost: target.cost, gap: target.gap, terms: target.terms },
  ];
}

function otherMovesOf(
  built: BuiltProblem,
  { target, steps }: MigrationDecision,
  place: ReadonlyMap<string, number>,
  { current, after }: Pick<Sides, 'current' | 'after'>,
): OtherMoves[] {
  if (!target.isPlaced || steps.length === 0) return [];
  const { functions, nodes } = built.input;
  const stepped = [...new Set(steps.map(({ name }) => place.get(name)!))];
  const moved = stepped.filter((f) => current[f] >= 0 && current[f] !== after[f]);
  return otherSets(built, after, moved).map(({ instead, assignment }) => ({
    instead: instead.map(({ f, n }) => ({ name: functions[f].name, node: nodes[n].name })),
    ...totalsOf(built, termsOf(built, assignment), target.bound),
  }));
}

/** What a placement comes to, of the terms of all functions. */
function totalsOf(
  { weights, scales, floors }: BuiltProblem,
  own: Float64Array,
  bound: number,
): Omit<PlacementAlternative, 'name'> {
  const terms = totalTerms(own);
  const cost = weighed(terms, factorsOf(weights, scales)) - floors.reduce((sum, one) => sum + one, 0);
  return { cost, gap: cost > 0 ? Math.max(0, (cost - bound) / cost) : 0, terms };
}

const boundsOf = (reasons: Partial<Record<HeldReason, number>>): PlacementBound[] =>
  PLACEMENT_BOUNDS.filter((_, i) => reasons[HELD_REASONS[i]] !== undefined);

function stayingOf({ held }: MigrationDecision, place: ReadonlyMap<string, number>, functions: number) {
  const staying: (HeldReason | null)[] = Array(functions).fill(null);
  for (const { name, why } of held) staying[place.get(name)!] = why;
  return staying;
}
