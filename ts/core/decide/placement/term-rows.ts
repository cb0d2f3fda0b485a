/** The terms of one function on every node, but those between functions, and where it may run at all. */
import { BIT } from './barriers.js';
import { PLACEMENT_TERMS, type PlacementFunction, type PlacementInput, type Term } from './input.js';
import type { NodeRegions } from './node-regions.js';
import { columnsOf, type NodeColumns, SizeRows } from './size-rows.js';

/** The terms that one function has by itself, in the order of the rows; `traffic` is not among them. */
export const OWN_TERMS = PLACEMENT_TERMS.filter((term) => term !== 'traffic');

const MS_PER_S = 1000;
const BITS_PER_GB = 8;
const HOUR_S = 3600;
/** Sizes of which rows are kept: some MB on hundreds of nodes. */
const MOST_SIZES = 1024;

/** Of one function: a row for each of its terms, and `barriers[n]`, a bit for each of `BARRIERS`. */
export class TermRows {
  readonly barriers: Uint8Array;
  /** ms on the way of its users' calls, the mean over them: `[nodes]`. */
  readonly meanRoundTripMs: Float64Array;
  readonly #rows: OwnRows;
  readonly #input: PlacementInput;
  readonly #regions: NodeRegions;
  readonly #linkGbps: number;
  readonly #nodes: NodeColumns;
  readonly #place: ReadonlyMap<string, number>;
  readonly #callsIn: Float64Array;
  /** What depends on what a function takes alone: few fleets have many sizes. */
  readonly #sizes = new Map<string, SizeRows>();
  readonly #scratch: SizeRows;
  /** Which nodes are under one of some jurisdictions, by these. */
  readonly #under = new Map<string, Uint8Array>();

  constructor(input: PlacementInput, regions: NodeRegions, linkGbps: number) {
    const nodes = input.nodes.length;
    this.#input = input;
    this.#regions = regions;
    this.#linkGbps = linkGbps;
    this.#nodes = columnsOf(input.nodes);
    this.#place = new Map(input.nodes.map(({ name }, n) => [name, n]));
    this.#rows = Object.fromEntries(OWN_TERMS.map((term) => [term, new Float64Array(nodes)])) as OwnRows;
    this.barriers = new Uint8Array(nodes);
    this.meanRoundTripMs = new Float64Array(nodes);
    this.#callsIn = callsIn(input);
    this.#scratch = new SizeRows(nodes);
  }

  /** Fills the rows with those of a function. Errors: `BAD_ARGUMENT` where the network lacks a figure. */
  load(f: number): void {
    this.#fill(f, 0, this.#input.nodes.length);
  }

  /** The same of one node alone. */
  loadAt(f: number, n: number): void {
    this.#fill(f, n, n + 1);
  }

  /** `[nodes]` of the function that was loaded. */
  row(term: Exclude<Term, 'traffic'>): Float64Array {
    return this.#rows[term];
  }

  /** Whether a function has nothing of a term on any node. */
  isNothing(term: Exclude<Term, 'traffic'>, f: number): boolean {
    const { data, node } = this.#input.functions[f];
    return term === 'migration' ? node === null : (term === 'egress' || term === 'transfer') && data.length === 0;
  }

  #fill(f: number, from: number, to: number): void {
    const one = this.#input.functions[f];
    const size = this.#sizeOf(one, from, to);
    this.#users(one, from, to);
    this.#data(one, from, to);
    const { utilisation, migration, price, carbon } = this.#rows;
    const { usdPerMillion } = this.#nodes;
    const calls = this.#callsIn[f];
    const millions = calls / 1e6;
    const moveS = one.startMs / MS_PER_S + (one.stateGb * BITS_PER_GB) / this.#linkGbps;
    const disturbed = one.node === null ? 0 : 1 + (calls / HOUR_S) * moveS;
    const home = one.node === null ? -1 : (this.#place.get(one.node) ?? -1);
    for (let n = from; n < to; n++) {
      utilisation[n] = size.utilisation[n];
      migration[n] = n === home ? 0 : disturbed;
      price[n] = size.price[n] + millions * usdPerMillion[n];
      carbon[n] = size.carbon[n];
    }
    this.#bars(one, size.barriers, from, to);
  }

  #sizeOf(one: PlacementFunction, from: number, to: number): SizeRows {
    const key = `${one.memoryMiB} ${one.vcpu} ${one.instances}`;
    const known = this.#sizes.get(key);
    if (known !== undefined) return known;
    if (this.#sizes.size >= MOST_SIZES) {
      this.#scratch.fill(one, this.#nodes, from, to);
      return this.#scratch;
    }
    const size = new SizeRows(this.#input.nodes.length);
    size.fill(one, this.#nodes, 0, this.#input.nodes.length);
    this.#sizes.set(key, size);
    return size;
  }

  #users(one: PlacementFunction, from: number, to: number): void {
    const [{ latency }, mean] = [this.#rows, this.meanRoundTripMs];
    mean.fill(0, from, to);
    let all = 0;
    for (const [region, calls] of Object.entries(one.callsPerHour)) {
      if (calls === 0) continue;
      all += calls;
      const roundTrips = this.#regions.fromUsers(region, one.name);
      for (let n = from; n < to; n++) mean[n] += calls * roundTrips[n];
    }
    for (let n = from; n < to; n++) {
      latency[n] = mean[n] / MS_PER_S;
      mean[n] = all > 0 ? mean[n] / all : 0;
    }
  }

  #data(one: PlacementFunction, from: number, to: number): void {
    const { egress, transfer } = this.#rows;
    egress.fill(0, from, to);
    transfer.fill(0, from, to);
    for (const { region, gbPerHour, requestsPerHour } of one.data) {
      const { usdPerGb, roundTripMs, isWithin } = this.#regions.fromData(region, one.name);
      const lineS = (gbPerHour * BITS_PER_GB) / this.#linkGbps;
      for (let n = from; n < to; n++) {
        egress[n] += gbPerHour * usdPerGb[n];
        transfer[n] += (requestsPerHour * roundTripMs[n]) / MS_PER_S + (isWithin[n] ? 0 : lineS);
      }
    }
  }

  #bars(one: PlacementFunction, bySize: Uint8Array, from: number, to: number): void {
    const most = one.maxLatencyMs ?? Number.POSITIVE_INFINITY;
    const under = one.residency === null ? null : this.#underOneOf(one.residency);
    for (let n = from; n < to; n++) {
      let bits = bySize[n];
      if (under !== null && under[n] === 0) bits |= BIT.residency;
      if (this.meanRoundTripMs[n] > most) bits |= BIT.latency;
      this.barriers[n] = bits;
    }
  }

  #underOneOf(laws: readonly string[]): Uint8Array {
    const key = JSON.stringify(laws);
    const known = this.#under.get(key);
    if (known !== undefined) return known;
    const under = Uint8Array.from(this.#input.nodes, ({ jurisdictions }) =>
      laws.some((law) => jurisdictions.includes(law)) ? 1 : 0,
    );
    this.#under.set(key, under);
    return under;
  }
}

type OwnRows = Readonly<Record<Exclude<Term, 'traffic'>, Float64Array>>;

/** Calls an hour of users and of other functions. */
function callsIn({ functions }: PlacementInput): Float64Array {
  const place = new Map(functions.map(({ name }, f) => [name, f]));
  const calls = Float64Array.from(functions, ({ callsPerHour }) =>
    Object.values(callsPerHour).reduce((sum, some) => sum + some, 0),
  );
  for (const one of functions) for (const { to, perHour } of one.calls) calls[place.get(to)!] += perHour;
  return calls;
}
