/** From nodes and functions to numbers: terms scaled over the candidates, weighted and added. */

import { IsothermError } from '../../kernels/error.js';
import { BARRIERS, type Barrier, BIT } from './barriers.js';
import {
  PLACEMENT_TERMS,
  PLACEMENT_WEIGHTS,
  type PlacementInput,
  type PlacementLimits,
  type TermTotals,
  type TermWeights,
} from './input.js';
import { type PlacementNetwork, placementNetwork } from './network/network.js';
import { NodeRegions } from './node-regions.js';
import { type PairCosts, type PlacementProblem, R, type SumLimit } from './problem.js';
import { type Pieces, whole } from './solve/pieces.js';
import { OWN_TERMS, TermRows } from './term-rows.js';

export interface PlacementOptions {
  /** What each term counts, at least 0; `PLACEMENT_WEIGHTS` where left out. */
  weights?: Partial<TermWeights>;
  limits?: PlacementLimits;
  /** `placementNetwork()` unless said. */
  network?: PlacementNetwork;
  /** What data and state are moved with between regions, Gbit/s. */
  linkGbps?: number;
}

/**
 * Gbit/s of one connection between regions: an assumption, a kilobit a second, and more than any network has, so that what is divided by it stays finite.
 */
export const LINK_GBPS = { usual: 1, slowest: 1e-6, fastest: 1e6 } as const;

/** Terms over their scales are near 1: a weight beyond this leaves nothing of the others. */
export const MOST_WEIGHT = 1e6;
/** More than there is of anything. */
const MOST = 1e15;

/** Limits that are left out of account, to find which of them conflict. */
export type Relaxable = Barrier | SumLimit['name'];

export interface BuiltProblem {
  problem: PlacementProblem;
  input: PlacementInput;
  rows: TermRows;
  /** As in the problem, in seconds and USD an hour instead of cost. */
  pairs: PairCosts | null;
  weights: TermWeights;
  /** Of each term, what the functions together differ by between their best and their worst nodes. */
  scales: TermTotals;
  /** `[functions]`: what is taken off each function's weighed terms, those of its best nodes: what is left is what better nodes could save. */
  floors: Float64Array;
  /** `[functions, nodes]`: bits of `BARRIERS`. */
  barriers: Uint8Array;
}

const CPU_PARTS = 1000;

/** Errors: `OUT_OF_RANGE` for weights and limits; `BAD_ARGUMENT` where the network lacks a figure. O(functions nodes). */
export const buildProblem = (
  input: PlacementInput,
  options: PlacementOptions = {},
  without: readonly Relaxable[] = [],
): BuiltProblem => whole(buildingProblem(input, options, without));

/** Functions between two pieces: some tens of milliseconds on hundreds of nodes. */
const PIECE = 500;

/** The same in pieces. */
export function* buildingProblem(
  input: PlacementInput,
  options: PlacementOptions = {},
  without: readonly Relaxable[] = [],
): Pieces<BuiltProblem> {
  const { limits = {}, network = placementNetwork(), linkGbps = LINK_GBPS.usual } = options;
  const weights = checkedWeights({ ...PLACEMENT_WEIGHTS, ...options.weights });
  checkAmount('linkGbps', linkGbps, LINK_GBPS.slowest, LINK_GBPS.fastest);
  const [functions, nodes] = [input.functions.length, input.nodes.length];
  const regions = new NodeRegions(input, network);
  const rows = new TermRows(input, regions, linkGbps);
  const pairs = pairsOf(input, regions);
  const scales = pairScales(pairs, nodes);
  const cost = new Float64Array(functions * nodes);
  const barriers = new Uint8Array(functions * nodes);
  const sums = sumsOf(limits, without, functions * nodes);
  const ignored = BARRIERS.reduce((bits, one) => (without.includes(one) ? bits | BIT[one] : bits), 0);
  for (let f = 0; f < functions; f++) {
    if (f % PIECE === 0) yield f / functions / 2;
    rows.load(f);
    barriers.set(rows.barriers, f * nodes);
    for (const term of OWN_TERMS) {
      if (!rows.isNothing(term, f)) scales[term] += spread(rows.row(term), rows.barriers);
    }
  }
  const factors = factorsOf(weights, scales);
  const floors = new Float64Array(functions);
  const weighted = OWN_TERMS.map((term) => ({ term, factor: factors[term], row: rows.row(term) })).filter(
    ({ factor }) => factor !== 0,
  );
  for (let f = 0; f < functions; f++) {
    if (f % PIECE === 0) yield (1 + f / functions) / 2;
    rows.load(f);
    const at = f * nodes;
    for (const { term, factor, row } of weighted) {
      if (rows.isNothing(term, f)) continue;
      let least = Number.POSITIVE_INFINITY;
      for (let n = 0; n < nodes; n++) if (row[n] < least) least = row[n];
      floors[f] += factor * least;
      for (let n = 0; n < nodes; n++) cost[at + n] += factor * (row[n] - least);
    }
    for (let n = 0; n < nodes; n++) if ((barriers[at + n] & ~ignored) !== 0) cost[at + n] = Number.POSITIVE_INFINITY;
    const [price, egress, carbon] = [rows.row('price'), rows.row('egress'), rows.row('carbon')];
    for (const { name, amount } of sums) {
      for (let n = 0; n < nodes; n++) amount[at + n] = name === 'budget' ? price[n] + egress[n] : carbon[n];
    }
  }
  const problem = { functions, nodes, cost, ...resourcesOf(input, without), sums, pairs: withFactors(pairs, factors) };
  return { problem, input, rows, pairs, weights, scales, floors, barriers };
}

/** What a term is multiplied with to be added to the others. */
export function factorsOf(weights: TermWeights, scales: TermTotals): TermTotals {
  return Object.fromEntries(
    PLACEMENT_TERMS.map((term) => [term, scales[term] > 0 ? weights[term] / scales[term] : 0]),
  ) as TermTotals;
}

function checkedWeights(weights: TermWeights): TermWeights {
  for (const term of PLACEMENT_TERMS) checkAmount(`weights.${term}`, weights[term], 0, MOST_WEIGHT);
  return weights;
}

/** Errors: `OUT_OF_RANGE`. */
export function checkAmount(name: string, value: number, least: number, most = MOST): void {
  if (value >= least && value <= most) return;
  throw new IsothermError('OUT_OF_RANGE', `${name} is ${value}, expected a finite number from ${least} to ${most}`);
}

function sumsOf(limits: PlacementLimits, without: readonly Relaxable[], size: number): SumLimit[] {
  const sums: SumLimit[] = [];
  const add = (name: SumLimit['name'], field: string, most: number | undefined): void => {
    if (most === undefined) return;
    checkAmount(`limits.${field}`, most, 0);
    if (!without.includes(name))
      sums.push({ name, amount: new Float64Array(size), most, isWithEgress: name === 'budget' });
  };
  add('budget', 'usdPerHour', limits.usdPerHour);
  add('carbon', 'gramsPerHour', limits.gramsPerHour);
  return sums;
}

function resourcesOf({ functions, nodes }: PlacementInput, without: readonly Relaxable[]) {
  const demand = new Float64Array(functions.length * R);
  const capacity = new Float64Array(nodes.length * R);
  functions.forEach(({ memoryMiB, vcpu, instances }, f) => {
    demand.set([memoryMiB * instances, Math.round(vcpu * CPU_PARTS) * instances, instances], f * R);
  });
  nodes.forEach(({ memoryMiB, vcpu, instances }, n) => {
    capacity.set([Math.round(memoryMiB), Math.round(vcpu * CPU_PARTS), instances], n * R);
  });
  (['memory', 'vcpu', 'instances'] as const).forEach((resource, r) => {
    if (!without.includes(resource)) return;
    for (let f = 0; f < functions.length; f++) demand[f * R + r] = 0;
  });
  return { demand, capacity };
}

const MS_PER_S = 1000;
const KB_PER_GB = 1e6;

/** Pairs of functions in seconds and GB an hour; null where none calls another. */
function pairsOf({ functions }: PlacementInput, regions: NodeRegions): PairCosts | null {
  const place = new Map(functions.map(({ name }, f) => [name, f]));
  const all = functions.flatMap(({ calls }, f) => calls.map((call) => ({ f, g: place.get(call.to)!, ...call })));
  if (all.length === 0) return null;
  const { ms, usdPerGb } = regions.between();
  return {
    from: Int32Array.from(all, ({ f }) => f),
    to: Int32Array.from(all, ({ g }) => g),
    perMs: Float64Array.from(all, ({ perHour }) => perHour / MS_PER_S),
    gbOut: Float64Array.from(all, ({ perHour, requestKb }) => (perHour * requestKb) / KB_PER_GB),
    gbBack: Float64Array.from(all, ({ perHour, responseKb }) => (perHour * responseKb) / KB_PER_GB),
    perUsd: 1,
    ms,
    usdPerGb,
  };
}

const withFactors = (pairs: PairCosts | null, factors: TermTotals): PairCosts | null =>
  pairs && { ...pairs, perMs: pairs.perMs.map((one) => one * factors.traffic), perUsd: factors.egress };

/** What pairs differ by between the nearest and the farthest nodes. */
function pairScales(pairs: PairCosts | null, nodes: number): TermTotals {
  const scales = Object.fromEntries(PLACEMENT_TERMS.map((term) => [term, 0])) as TermTotals;
  if (pairs === null || nodes === 0) return scales;
  const range = (table: Float64Array): number =>
    table.reduce((most, one) => Math.max(most, one), 0) -
    table.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY);
  const sum = (values: Float64Array): number => values.reduce((all, one) => all + one, 0);
  scales.traffic = sum(pairs.perMs) * range(pairs.ms);
  scales.egress = (sum(pairs.gbOut) + sum(pairs.gbBack)) * range(pairs.usdPerGb);
  return scales;
}

/** By how much the worst node is above the best one, among those that the function may use, or all where it may use none. */
function spread(row: Float64Array, barriers: Uint8Array): number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let n = 0; n < row.length; n++) {
    if (barriers[n] !== 0) continue;
    if (row[n] < least) least = row[n];
    if (row[n] > most) most = row[n];
  }
  if (most >= least) return most - least;
  return row.length === 0 ? 0 : row.reduce((a, b) => Math.max(a, b)) - row.reduce((a, b) => Math.min(a, b));
}
