/** The parts of the terms that depend on what a function takes and on nothing else. */
import { BIT } from './barriers.js';
import { hourlyKwh, memoryGb } from './energy.js';
import type { PlacementFunction, PlacementNode } from './input.js';

const MIB_PER_GIB = 1024;
const CPU_PARTS = 1000;

/** What functions of one size have on every node, whoever calls them: the parts of their terms, and the barriers. */
export class SizeRows {
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
export type NodeColumns = ReturnType<typeof columnsOf>;

export function columnsOf(nodes: readonly PlacementNode[]) {
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
