/** Round trips and prices of bytes, to and between the nodes. */
import { IsothermError } from '../../kernels/error.js';
import type { PlacementInput, PlacementNode } from './input.js';
import type { PlacementNetwork } from './network/network.js';

/** Whether every node has a round trip of its own from users in a region, so that the network need not know it. */
export const isMeasured = (nodes: readonly PlacementNode[], region: string): boolean =>
  nodes.every(({ roundTripsMs }) => Object.hasOwn(roundTripsMs, region));

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
    const from = isMeasured(this.#input.nodes, region) ? -1 : this.#placeOf(region, `of users of ${asker}`);
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
