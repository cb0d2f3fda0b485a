/** The terms of one function on every node, but those between functions, and where it may run at all. */
import { IsothermError } from '../../kernels/error.js';
import { hourlyKwh, memoryGb } from './energy.js';
import {
  PLACEMENT_TERMS,
  type PlacementFunction,
  type PlacementInput,
  type PlacementNode,
  type Term,
} from './input.js';
import type { PlacementNetwork } from './network/network.js';

/** The terms that one function has by itself, in the order of the rows; `traffic` is not among them. */
export const OWN_TERMS = PLACEMENT_TERMS.filter((term) => term !== 'traffic');

const MS_PER_S = 1000;
const BITS_PER_GB = 8;
const HOUR_S = 3600;
/** Sizes of which rows are kept: some MB on hundreds of nodes. */
const MOST_SIZES = 1024;
const MIB_PER_GIB = 1024;
const CPU_PARTS = 1000;

/** Why a function may not run on a node. */
export const BARRIERS = ['memory', 'vcpu', 'instances', 'residency', 'latency'] as const;
export type Barrier = (typeof BARRIERS)[number];

/** Of each barrier, its bit. */
const BIT = Object.fromEntries(BARRIERS.map((barrier, i) => [barrier, 1 << i])) as Record<Barrier, number>;

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
    const key = laws.join(' ');
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

/** What functions of one size have on every node, whoever calls them: the parts of their terms, and the barriers. */
class SizeRows {
  readonly utilisation: Float64Array;
  /** Without what calls cost. */
  readonly price: Float64Array;
  readonly carbon: Float64Array;
  readonly barriers: Uint8Array;

  constructor(nodes: number) {
    this.utilisation = new Float64Array(nodes);
    this.price = new Float64Array(nodes);
    this.carbon = new Float64Array(nodes);
    this.barriers = new Uint8Array(nodes);
  }

  fill(one: PlacementFunction, nodes: NodeColumns, from: number, to: number): void {
    const { memory, vcpu, cpuParts, instances, usdPerVcpu, usdPerGib, perVcpu, perGb, grams } = nodes;
    const [memoryMiB, cpus] = [one.memoryMiB * one.instances, one.vcpu * one.instances];
    const [gib, gb] = [memoryMiB / MIB_PER_GIB, memoryGb(one)];
    // Both are thousandths, up to rounding.
    const parts = Math.round(cpus * CPU_PARTS);
    for (let n = from; n < to; n++) {
      this.utilisation[n] = Math.max(
        shareOf(memoryMiB, memory[n]),
        shareOf(cpus, vcpu[n]),
        shareOf(one.instances, instances[n]),
      );
      this.price[n] = cpus * usdPerVcpu[n] + gib * usdPerGib[n];
      this.carbon[n] = (cpus * perVcpu[n] + gb * perGb[n]) * grams[n];
      this.barriers[n] =
        (memoryMiB > memory[n] ? BIT.memory : 0) |
        (parts > cpuParts[n] ? BIT.vcpu : 0) |
        (one.instances > instances[n] ? BIT.instances : 0);
    }
  }
}

/** What the terms take of the nodes, `[nodes]` each. */
type NodeColumns = ReturnType<typeof columnsOf>;

function columnsOf(nodes: readonly PlacementNode[]) {
  const power = nodes.map(hourlyKwh);
  const column = (of: (node: PlacementNode, n: number) => number): Float64Array => Float64Array.from(nodes, of);
  return {
    memory: column(({ memoryMiB }) => memoryMiB),
    vcpu: column(({ vcpu }) => vcpu),
    cpuParts: column(({ vcpu }) => Math.round(vcpu * CPU_PARTS)),
    instances: column(({ instances }) => instances),
    usdPerVcpu: column(({ usdPerVcpuHour }) => usdPerVcpuHour),
    usdPerGib: column(({ usdPerGibHour }) => usdPerGibHour),
    usdPerMillion: column(({ usdPerMillionCalls }) => usdPerMillionCalls),
    perVcpu: column((_, n) => power[n].perVcpu),
    perGb: column((_, n) => power[n].perGb),
    grams: column(({ gramsPerKwh }) => gramsPerKwh),
  };
}

const shareOf = (amount: number, of: number): number => (of > 0 ? amount / of : amount > 0 ? 1 : 0);

/** Calls an hour of users and of other functions. */
function callsIn({ functions }: PlacementInput): Float64Array {
  const place = new Map(functions.map(({ name }, f) => [name, f]));
  const calls = Float64Array.from(functions, ({ callsPerHour }) =>
    Object.values(callsPerHour).reduce((sum, some) => sum + some, 0),
  );
  for (const one of functions) for (const { to, perHour } of one.calls) calls[place.get(to)!] += perHour;
  return calls;
}

/** The network as the nodes see it. */
export class NodeRegions {
  /** Place of each node's region in the network. */
  readonly region: Int32Array;
  readonly #input: PlacementInput;
  readonly #network: PlacementNetwork;
  readonly #place: ReadonlyMap<string, number>;
  readonly #users = new Map<string, Float64Array>();
  readonly #data = new Map<string, { usdPerGb: Float64Array; roundTripMs: Float64Array; isWithin: boolean[] }>();

  constructor(input: PlacementInput, network: PlacementNetwork) {
    this.#input = input;
    this.#network = network;
    this.#place = new Map(network.regions.map((name, i) => [name, i]));
    this.region = Int32Array.from(input.nodes, ({ name, provider, region }) =>
      this.#placeOf(`${provider}:${region}`, `of the node ${name}`),
    );
  }

  /** ms from users in a region to each node. */
  fromUsers(region: string, asker: string): Float64Array {
    const known = this.#users.get(region);
    if (known !== undefined) return known;
    const isMeasured = this.#input.nodes.every(({ roundTripsMs }) => Object.hasOwn(roundTripsMs, region));
    const from = isMeasured ? -1 : this.#placeOf(region, `of users of ${asker}`);
    const row = Float64Array.from(this.#input.nodes, ({ roundTripsMs }, n) =>
      Object.hasOwn(roundTripsMs, region) ? roundTripsMs[region] : this.#ms(from, this.region[n]),
    );
    this.#users.set(region, row);
    return row;
  }

  /** What data in a region cost each node. */
  fromData(region: string, asker: string): { usdPerGb: Float64Array; roundTripMs: Float64Array; isWithin: boolean[] } {
    const known = this.#data.get(region);
    if (known !== undefined) return known;
    const from = this.#placeOf(region, `of data of ${asker}`);
    const places = [...this.region];
    const row = {
      usdPerGb: Float64Array.from(places, (to) => this.#usd(from, to)),
      roundTripMs: Float64Array.from(places, (to) => this.#ms(from, to)),
      isWithin: places.map((to) => to === from),
    };
    this.#data.set(region, row);
    return row;
  }

  /** Between nodes, `[nodes, nodes]`: ms, none within a node, and USD per GB. */
  between(): { ms: Float64Array; usdPerGb: Float64Array } {
    const nodes = this.region.length;
    const ms = new Float64Array(nodes * nodes);
    const usdPerGb = new Float64Array(nodes * nodes);
    for (let a = 0; a < nodes; a++) {
      for (let b = 0; b < nodes; b++) {
        if (a === b) continue;
        ms[a * nodes + b] = this.#ms(this.region[a], this.region[b]);
        usdPerGb[a * nodes + b] = this.#usd(this.region[a], this.region[b]);
      }
    }
    return { ms, usdPerGb };
  }

  #placeOf(region: string, whose: string): number {
    const place = this.#place.get(region);
    if (place !== undefined) return place;
    const words = `nothing is known of the region ${region} ${whose}; expected provider:region of the network, or figures of its own for it`;
    throw new IsothermError('BAD_ARGUMENT', words);
  }

  #ms(from: number, to: number): number {
    return this.#figure(this.#network.roundTripMs, from, to, 'round trip');
  }

  #usd(from: number, to: number): number {
    return this.#figure(this.#network.egressUsdPerGb, from, to, 'price of bytes');
  }

  #figure(table: Float64Array, from: number, to: number, what: string): number {
    const { regions } = this.#network;
    const value = table[from * regions.length + to];
    if (!Number.isNaN(value)) return value;
    throw new IsothermError(
      'BAD_ARGUMENT',
      `no ${what} is known from ${regions[from]} to ${regions[to]}; expected one`,
    );
  }
}
