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
const MIB_PER_GIB = 1024;

/** Why a function may not run on a node. */
export const BARRIERS = ['memory', 'vcpu', 'instances', 'residency', 'latency'] as const;
export type Barrier = (typeof BARRIERS)[number];

/** Of one function: `values[t * nodes + n]`, `barriers[n]` a bit for each of `BARRIERS`. */
export class TermRows {
  readonly values: Float64Array;
  readonly barriers: Uint8Array;
  /** ms on the way of its users' calls, the mean over them: `[nodes]`. */
  readonly meanRoundTripMs: Float64Array;
  readonly #input: PlacementInput;
  readonly #regions: NodeRegions;
  readonly #linkGbps: number;
  readonly #power: readonly { perVcpu: number; perGb: number }[];
  readonly #callsIn: Float64Array;

  constructor(input: PlacementInput, regions: NodeRegions, linkGbps: number) {
    const nodes = input.nodes.length;
    this.#input = input;
    this.#regions = regions;
    this.#linkGbps = linkGbps;
    this.#power = input.nodes.map(hourlyKwh);
    this.values = new Float64Array(OWN_TERMS.length * nodes);
    this.barriers = new Uint8Array(nodes);
    this.meanRoundTripMs = new Float64Array(nodes);
    this.#callsIn = callsIn(input);
  }

  /** Fills the rows with those of a function. Errors: `BAD_ARGUMENT` where the network lacks a figure. */
  load(f: number): void {
    const { nodes } = this.#input;
    const one = this.#input.functions[f];
    this.values.fill(0);
    this.barriers.fill(0);
    this.meanRoundTripMs.fill(0);
    this.#users(one);
    this.#data(one);
    const [memoryMiB, vcpu] = [one.memoryMiB * one.instances, one.vcpu * one.instances];
    const gb = memoryGb(one);
    const calls = this.#callsIn[f];
    const moveS = one.startMs / MS_PER_S + (one.stateGb * BITS_PER_GB) / this.#linkGbps;
    const disturbed = 1 + (calls / HOUR_S) * moveS;
    const [utilisation, migration, price, carbon] = (['utilisation', 'migration', 'price', 'carbon'] as const).map(
      (term) => this.row(term),
    );
    nodes.forEach((node, n) => {
      utilisation[n] = Math.max(
        shareOf(memoryMiB, node.memoryMiB),
        shareOf(vcpu, node.vcpu),
        shareOf(one.instances, node.instances),
      );
      migration[n] = one.node === null || one.node === node.name ? 0 : disturbed;
      price[n] =
        vcpu * node.usdPerVcpuHour +
        (memoryMiB / MIB_PER_GIB) * node.usdPerGibHour +
        (calls / 1e6) * node.usdPerMillionCalls;
      const { perVcpu, perGb } = this.#power[n];
      carbon[n] = (vcpu * perVcpu + gb * perGb) * node.gramsPerKwh;
      this.barriers[n] = this.#barriersOf(one, node, n, memoryMiB, vcpu);
    });
  }

  /** `[nodes]` of the function that was loaded. */
  row(term: Exclude<Term, 'traffic'>): Float64Array {
    const nodes = this.#input.nodes.length;
    const at = OWN_TERMS.indexOf(term) * nodes;
    return this.values.subarray(at, at + nodes);
  }

  #users(one: PlacementFunction): void {
    const [latency, mean] = [this.row('latency'), this.meanRoundTripMs];
    let all = 0;
    for (const [region, calls] of Object.entries(one.callsPerHour)) {
      if (calls === 0) continue;
      all += calls;
      const roundTrips = this.#regions.fromUsers(region, one.name);
      for (let n = 0; n < mean.length; n++) mean[n] += calls * roundTrips[n];
    }
    for (let n = 0; n < mean.length; n++) {
      latency[n] = mean[n] / MS_PER_S;
      mean[n] = all > 0 ? mean[n] / all : 0;
    }
  }

  #data(one: PlacementFunction): void {
    const [egress, transfer] = [this.row('egress'), this.row('transfer')];
    for (const { region, gbPerHour, requestsPerHour } of one.data) {
      const { usdPerGb, roundTripMs, isWithin } = this.#regions.fromData(region, one.name);
      const lineS = (gbPerHour * BITS_PER_GB) / this.#linkGbps;
      for (let n = 0; n < egress.length; n++) {
        egress[n] += gbPerHour * usdPerGb[n];
        transfer[n] += (requestsPerHour * roundTripMs[n]) / MS_PER_S + (isWithin[n] ? 0 : lineS);
      }
    }
  }

  #barriersOf(one: PlacementFunction, node: PlacementNode, n: number, memoryMiB: number, vcpu: number): number {
    const isUnder = one.residency === null || one.residency.some((law) => node.jurisdictions.includes(law));
    const holds = [
      memoryMiB <= node.memoryMiB,
      // Both are thousandths, up to rounding.
      Math.round(vcpu * 1000) <= Math.round(node.vcpu * 1000),
      one.instances <= node.instances,
      isUnder,
      one.maxLatencyMs === null || this.meanRoundTripMs[n] <= one.maxLatencyMs,
    ];
    return holds.reduce((bits, isHeld, i) => (isHeld ? bits : bits | (1 << i)), 0);
  }
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
