/** Platforms where all the time of an instance is paid for, by its share of a machine: Azure Functions Premium, and nodes of a cluster. */
import { IsothermError } from '../../../kernels/error.js';
import type { BillModel } from '../bill.js';
import { checkPrices, chosen, type Meter, plain } from '../lines.js';
import { AZURE_FUNCTIONS_PRICES, type AzureFunctionsPrices } from '../prices/azure-functions.js';
import { checkAmount, checkSize, instanceMs, type Usage } from '../usage.js';

const HOUR_MS = 3_600_000;
const MONTH_HOURS = 730;

interface Machine {
  vcpu: number;
  memoryGiB: number;
}

/** Machine hours that a function's instances take: the larger of their shares of its memory and of its CPU. */
function machineHours(usage: Usage, vcpu: number, machine: Machine): number {
  const share = Math.max(usage.memoryMiB / 1024 / machine.memoryGiB, vcpu / machine.vcpu);
  return (instanceMs(usage) / HOUR_MS) * share;
}

const PREMIUM_SIZES = {
  EP1: { vcpu: 1, memoryGiB: 3.5 },
  EP2: { vcpu: 2, memoryGiB: 7 },
  EP3: { vcpu: 4, memoryGiB: 14 },
} as const satisfies Record<string, Machine>;

export interface AzurePremiumOptions {
  /** EP1 when left out. */
  size?: keyof typeof PREMIUM_SIZES;
  /** vCPU that one instance of a function takes; 0 when left out: memory alone decides. */
  vcpu?: number;
  /** Instances of the plan that are always paid for, at least 1; 1 when left out. */
  minInstances?: number;
  /** `AZURE_FUNCTIONS_PRICES` when left out. */
  prices?: AzureFunctionsPrices;
}

const PLAN_HOURS = 'planHours';
const PLAN_VCPU: Meter = { meter: PLAN_HOURS, name: 'vCPU', unit: 'vCPU-h' };
const PLAN_MEMORY: Meter = { meter: PLAN_HOURS, name: 'Memory', unit: 'GB-h' };
const EMPTY_VCPU: Meter = { meter: 'empty', name: 'vCPU of minimum instances, not filled', unit: 'vCPU-h' };
const EMPTY_MEMORY: Meter = { meter: 'empty', name: 'Memory of minimum instances, not filled', unit: 'GB-h' };

/**
 * Azure Functions on the Premium plan: vCPU and GB hours of the plan's instances, which all functions of a plan share; never less than its minimum.
 *
 * Errors: `NOT_FINITE`, `OUT_OF_RANGE`. Source: Azure Functions price page.
 *
 * @example
 * azurePremium({ size: 'EP2' }).idle; // 'all'
 */
export function azurePremium(options: AzurePremiumOptions = {}): BillModel {
  const { size = 'EP1', vcpu = 0, minInstances = 1, prices = AZURE_FUNCTIONS_PRICES } = options;
  checkPrices('prices', prices);
  checkAmount('vcpu', vcpu);
  checkAmount('minInstances', minInstances);
  if (minInstances < 1) throw new IsothermError('OUT_OF_RANGE', `minInstances is ${minInstances}, expected at least 1`);
  const machine = chosen('size', size, PREMIUM_SIZES);
  const { vcpuHourUsd, gbHourUsd } = prices.premium;
  const hours = (meters: readonly [Meter, Meter], instances: number) => [
    ...plain(meters[0], instances * machine.vcpu, vcpuHourUsd),
    ...plain(meters[1], instances * machine.memoryGiB, gbHourUsd),
  ];
  return {
    name: 'azure-premium',
    about: `Azure Functions on the Premium plan, ${size}`,
    prices,
    maxMemoryMiB: machine.memoryGiB * 1024,
    idle: 'all',
    keepAlive: 'One sets how many instances of the plan stay, for all its functions together.',
    assumptions: [
      `Functions share instances of ${machine.vcpu} vCPU and ${machine.memoryGiB} GB without waste; whole instances at each moment would cost more, so this is a lower bound.`,
      `At least ${minInstances} instance${minInstances === 1 ? '' : 's'} of the plan all the time; no charge per call.`,
    ],
    meter: (usage) => ({ [PLAN_HOURS]: machineHours(usage, vcpu, machine) }),
    price: ({ [PLAN_HOURS]: used = 0 }, months) => [
      ...hours([PLAN_VCPU, PLAN_MEMORY], used),
      ...hours([EMPTY_VCPU, EMPTY_MEMORY], Math.max(0, minInstances * MONTH_HOURS * months - used)),
    ],
  };
}

export interface KubernetesOptions {
  /** One node: its price and what pods can request of it. */
  node: { usdPerHour: number; vcpu: number; memoryGiB: number };
  /** vCPU that one instance requests; its memory is the function's. */
  vcpu: number;
  /** Share of the nodes' capacity that pods request, above 0 and up to 1; 1 when left out. */
  packing?: number;
  /** Whose price it is, for the bill. */
  source?: { source: string; date: string; region: string };
}

const NODES: Meter = { meter: 'nodeHours', name: 'Node hours', unit: 'node-h' };

/**
 * Knative or plain Kubernetes: an instance costs its requests' share of a node, busy or idle; the price of a node is the user's.
 *
 * Errors: `NOT_FINITE`, `OUT_OF_RANGE`.
 *
 * @example
 * kubernetes({ node: { usdPerHour: 0.2, vcpu: 4, memoryGiB: 16 }, vcpu: 0.5 }).idle; // 'all'
 */
export function kubernetes({ node, vcpu, packing = 1, source }: KubernetesOptions): BillModel {
  checkAmount('node.usdPerHour', node.usdPerHour);
  checkSize('node.vcpu', node.vcpu);
  checkSize('node.memoryGiB', node.memoryGiB);
  checkAmount('vcpu', vcpu);
  checkSize('packing', packing);
  if (packing > 1) throw new IsothermError('OUT_OF_RANGE', `packing is ${packing}, expected at most 1`);
  return {
    name: 'kubernetes',
    about: 'Knative or Kubernetes, by node hours',
    prices: source ?? { source: 'given by the user', date: 'not stated', region: 'of the cluster' },
    maxMemoryMiB: node.memoryGiB * 1024,
    idle: 'all',
    keepAlive: 'One sets how long idle instances stay, how many at least, and when.',
    assumptions: [
      `An instance takes the larger of its shares of a node's ${node.vcpu} vCPU and ${node.memoryGiB} GiB; pods request ${packing * 100} % of the nodes.`,
      'Nodes come and go with the pods: a cluster of a fixed size costs the same whatever its functions do.',
    ],
    meter: (usage) => ({ nodeHours: machineHours(usage, vcpu, node) / packing }),
    price: ({ nodeHours = 0 }) => plain(NODES, nodeHours, node.usdPerHour),
  };
}
