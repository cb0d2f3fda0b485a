/** Towards a better placement in steps: few at a time, each worth it, and none past a limit on the way. */
import { IsothermError } from '../../kernels/error.js';
import { begin } from './begin.js';
import { type BuiltProblem, buildProblem, checkAmount, type PlacementOptions } from './build.js';
import type { PlacementInput } from './input.js';
import { currentOf, type NotPlaced, type Placed, placeBuilt } from './place.js';
import { whole } from './solve/pieces.js';
import { StepSearch } from './step-search.js';

export interface MigrationRules {
  /** A function moves for a gain above this share of its own cost; at least 0. */
  leastGain: number;
  /** Moves of one decision, at most; a whole number of at least 0. */
  mostMoves: number;
  /** How long a function stays after a move, ms, at least 0. */
  coolDownMs: number;
}

export const MIGRATION_RULES: Readonly<MigrationRules> = { leastGain: 0.15, mostMoves: 5, coolDownMs: 3_600_000 };

/** What one decision leaves to the next; plain values, as JSON takes them. */
export interface MigrationMemory {
  /** The node that each function shall be on in the end, by name. */
  target: Readonly<Record<string, string>>;
  /** What room is worth. */
  prices: readonly number[];
  /** When each function was last moved, ms. */
  movedAtMs: Readonly<Record<string, number>>;
}

/** One move; they are made in the order given, each when the one before is done. */
export interface MigrationStep {
  name: string;
  /** Null: it is started there. */
  from: string | null;
  to: string;
  /** By how much the cost of all falls with it. */
  gain: number;
  why: MigrationReason;
}

/**
 * `new`: a new function. `limit`: where it is it may not be, or is too much. `gain`: it gains enough. `together`: another one that gains enough needs its room, or goes together with it. `detour`: to
 * another node for now, so that others can change places.
 */
export const MIGRATION_REASONS = ['new', 'limit', 'gain', 'together', 'detour'] as const;
export type MigrationReason = (typeof MIGRATION_REASONS)[number];

/**
 * `small gain`: too little is gained for a move. `cool-down`: it was moved a short time ago. `enough moves`: others came first. `no way`: no order of moves was found that passes no limit on the way.
 * `paused`: nobody may move it now.
 */
export const HELD_REASONS = ['small gain', 'cool-down', 'enough moves', 'no way', 'paused'] as const;
export type HeldReason = (typeof HELD_REASONS)[number];

/** A function that stays, though the target has it elsewhere. */
export interface HeldMove {
  name: string;
  to: string;
  why: HeldReason;
}

export interface MigrationDecision {
  nowMs: number;
  steps: MigrationStep[];
  held: HeldMove[];
  /** What is aimed at; `isPlaced` false: nothing is moved. */
  target: Placed | NotPlaced;
  memory: MigrationMemory;
}

export interface MigrationOptions extends PlacementOptions {
  /** Any clock of ms, the same one in each decision. */
  nowMs: number;
  /** Of the decision before. */
  memory?: MigrationMemory;
  rules?: Partial<MigrationRules>;
  /** Functions that stay wherever they are, by name; those that are not there are passed over. */
  paused?: readonly string[];
}

/** A decision, and where everything is once its steps are made. */
export interface Migrated {
  decision: MigrationDecision;
  /** `[functions]`: places in the list of nodes; -1 for who waits. */
  after: Int32Array;
}

/**
 * The next moves towards the best placement: those that gain enough, in an order in which no node is ever past what it has.
 *
 * While it moves a function has room on both nodes. Where a node is full, those who leave it go first; where some want each other's places, one goes to a third node for now. A function that
 * may not be where it is moves whatever that costs. What stays, and why, is said. The decision follows from its arguments alone; `memory` makes the next one fast.
 *
 * @param input Of `parsePlacement`; each function's `node` is where it is now.
 *
 * Errors: as `placeFunctions`, and `OUT_OF_RANGE` for rules and a time that is not finite.
 * Complexity: as `placeFunctions`, with `memory` a fraction of it; then O(functions log functions) for each move and each function that is tried in vain.
 * Source: the target's is that of `placeFunctions`; the order of moves is a search of our own.
 *
 * @example
 * const node = { tier: 'cloud', provider: 'aws', vcpu: 8, memoryGib: 32 };
 * const nodes = [{ ...node, name: 'dublin', region: 'eu-west-1' }, { ...node, name: 'tokyo', region: 'ap-northeast-1' }];
 * const functions = [{ name: 'checkout', memoryMiB: 512, vcpu: 0.5, callsPerHour: { 'gcp:asia-northeast2': 900 }, node: 'dublin' }];
 * decideMigrations(parsePlacement(nodes, functions), { nowMs: 0 }).steps[0]?.to; // 'tokyo'
 */
export function decideMigrations(input: PlacementInput, options: MigrationOptions): MigrationDecision {
  checkMigration(options);
  return migrateBuilt(buildProblem(input, options), options).decision;
}

/** Errors: `OUT_OF_RANGE`. */
export function checkMigration({ nowMs, rules }: Pick<MigrationOptions, 'nowMs' | 'rules'>): void {
  checkRules({ ...MIGRATION_RULES, ...rules });
  if (!Number.isFinite(nowMs)) throw new IsothermError('OUT_OF_RANGE', `nowMs is ${nowMs}, expected a finite number`);
}

/** The same of what is numbers already. */
export function migrateBuilt(built: BuiltProblem, options: MigrationOptions): Migrated {
  const { nowMs, memory } = options;
  const { input } = built;
  const rules = { ...MIGRATION_RULES, ...options.rules };
  const current = currentOf(input);
  const asked =
    memory === undefined ? {} : { starts: [startOf(built, memory)], prices: Float64Array.from(memory.prices) };
  const target = whole(placeBuilt(built, options, asked, {}));
  const movedAtMs = memory?.movedAtMs ?? {};
  if (!target.isPlaced) {
    const kept = memory ?? { target: {}, prices: [], movedAtMs };
    return { decision: { nowMs, steps: [], held: [], target, memory: kept }, after: current };
  }
  const names = { functions: input.functions.map(({ name }) => name), nodes: input.nodes.map(({ name }) => name) };
  const { state, started, waiting } = begin(built.problem, current, target.assignment);
  const isCool = (f: number): boolean => {
    const name = names.functions[f];
    return !Object.hasOwn(movedAtMs, name) || nowMs - movedAtMs[name] >= rules.coolDownMs;
  };
  const paused = new Set(options.paused);
  const isPaused = (f: number): boolean => paused.has(names.functions[f]);
  const begun = started.map((f) => ({ f, from: -1, to: state.assignment[f], gain: 0, why: 'new' as const }));
  const found = new StepSearch(state, target.assignment, rules, { isCool, isPaused }, waiting).run();
  const steps = [...begun, ...found.steps].map(({ f, from, to, gain, why }): MigrationStep => {
    return { name: names.functions[f], from: from < 0 ? null : names.nodes[from], to: names.nodes[to], gain, why };
  });
  const decision = {
    nowMs,
    steps,
    held: found.held.map(({ f, to, why }) => ({ name: names.functions[f], to: names.nodes[to], why })),
    target,
    memory: {
      target: Object.fromEntries(names.functions.map((name, f) => [name, names.nodes[target.assignment[f]]])),
      prices: [...target.prices],
      movedAtMs: movedAt(movedAtMs, steps, nowMs, rules.coolDownMs),
    },
  };
  return { decision, after: state.assignment.map((n, f) => (waiting.has(f) ? -1 : n)) };
}

function checkRules(rules: MigrationRules): void {
  for (const name of ['leastGain', 'mostMoves', 'coolDownMs'] as const) checkAmount(`rules.${name}`, rules[name], 0);
  if (Number.isInteger(rules.mostMoves)) return;
  throw new IsothermError('OUT_OF_RANGE', `rules.mostMoves is ${rules.mostMoves}, expected a whole number`);
}

/** Where the last decision wanted each function; of new ones, where it costs least by itself. */
function startOf({ problem, input }: BuiltProblem, { target }: MigrationMemory): Int32Array {
  const { nodes, cost } = problem;
  const at = new Map(input.nodes.map(({ name }, n) => [name, n]));
  return Int32Array.from(input.functions, ({ name, node }, f) => {
    const known = at.get((Object.hasOwn(target, name) ? target[name] : node) ?? '');
    if (known !== undefined && cost[f * nodes + known] < Number.POSITIVE_INFINITY) return known;
    let best = 0;
    for (let n = 1; n < nodes; n++) if (cost[f * nodes + n] < cost[f * nodes + best]) best = n;
    return best;
  });
}

/** When functions were moved, without those that have been staying long enough. */
function movedAt(
  before: Readonly<Record<string, number>>,
  steps: readonly MigrationStep[],
  nowMs: number,
  coolDownMs: number,
): Record<string, number> {
  const recent = Object.entries(before).filter(([, at]) => nowMs - at < coolDownMs);
  const moved = steps.filter(({ from }) => from !== null).map(({ name }) => [name, nowMs] as const);
  return Object.fromEntries([...recent, ...moved]);
}
