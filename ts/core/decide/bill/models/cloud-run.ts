/** Google Cloud Run (and Cloud Run functions): billed by requests, or by instances. */
import type { BillModel } from '../bill.js';
import { allowed, checkPrices, type Meter, plain } from '../lines.js';
import { type CloudRunPrices, cloudRunPrices } from '../prices/cloud-run.js';
import { roundUp } from '../rounding.js';
import { checkSize, countCalls, instanceMs, readyMs, sumCalls, type Usage } from '../usage.js';

const STEP_MS = 100;

const REQUESTS: Meter = { meter: 'requests', name: 'Requests', unit: 'requests' };
const CPU: Meter = { meter: 'cpu', name: 'CPU', unit: 'vCPU-s' };
const MEMORY: Meter = { meter: 'memory', name: 'Memory', unit: 'GiB-s' };
const IDLE_CPU: Meter = { meter: 'idleCpu', name: 'CPU of idle minimum instances', unit: 'vCPU-s' };
const IDLE_MEMORY: Meter = { meter: 'idleMemory', name: 'Memory of idle minimum instances', unit: 'GiB-s' };

export interface CloudRunOptions {
  /** vCPU of an instance; 1 when left out, as on Cloud Run. */
  vcpu?: number;
  /** `cloudRunPrices()` of us-central1 when left out. */
  prices?: CloudRunPrices;
  /** Whether the billing account's free allowance is unused otherwise; false when left out. */
  freeTier?: boolean;
}

function settings({ vcpu = 1, prices = cloudRunPrices(), freeTier = false }: CloudRunOptions) {
  checkPrices('prices', prices);
  checkSize('vcpu', vcpu);
  const said = [
    `Instances of ${vcpu} vCPU, one call at a time; initialisation is billed like calls.`,
    freeTier ? 'The free allowance of the billing account is all for these functions.' : 'No free allowance.',
  ];
  return { vcpu, prices, share: freeTier ? 1 : 0, said };
}

const gib = ({ memoryMiB }: Usage): number => memoryMiB / 1024;

/**
 * Cloud Run billed by requests: instances while they start or serve, in steps of 100 ms; minimum instances at a lower rate while idle; requests.
 *
 * Errors: `NOT_FINITE`, `OUT_OF_RANGE`. Source: Cloud Run price page.
 *
 * @example
 * cloudRun({ vcpu: 2 }).idle; // 'ready'
 */
export function cloudRun(options: CloudRunOptions = {}): BillModel {
  const { vcpu, prices, share, said } = settings(options);
  const { busy, idle, free } = prices.requestBased;
  return {
    name: 'cloud-run',
    about: 'Google Cloud Run, billed by requests',
    prices,
    maxMemoryMiB: 32_768,
    idle: 'ready',
    keepAlive:
      'One sets the minimum instances; other idle instances cost nothing, and stay for as long as Cloud Run chooses, at most 15 minutes.',
    assumptions: [...said, `Each call, with the start that it waited for, rounded up to ${STEP_MS} ms.`],
    meter: (usage) => {
      const { calls, ready, preWarmMs } = usage;
      const busyS =
        (sumCalls(calls, ({ durationMs, initMs }) => Math.max(STEP_MS, roundUp(durationMs + initMs, STEP_MS))) +
          roundUp(preWarmMs, STEP_MS)) /
        1000;
      const onReady = calls.filter((group) => group.onReady);
      const idleS = Math.max(0, readyMs(ready) - sumCalls(onReady, ({ durationMs }) => durationMs)) / 1000;
      return {
        requests: countCalls(calls),
        cpu: busyS * vcpu,
        memory: busyS * gib(usage),
        idleCpu: idleS * vcpu,
        idleMemory: idleS * gib(usage),
      };
    },
    price: ({ requests = 0, cpu = 0, memory = 0, idleCpu = 0, idleMemory = 0 }, months) => [
      ...allowed(REQUESTS, requests, share * free.requests * months, prices.requestUsd),
      ...allowed(CPU, cpu, share * free.vcpuS * months, busy.vcpuSUsd),
      ...allowed(MEMORY, memory, share * free.gibS * months, busy.gibSUsd),
      ...plain(IDLE_CPU, idleCpu, idle.vcpuSUsd),
      ...plain(IDLE_MEMORY, idleMemory, idle.gibSUsd),
    ],
  };
}

/**
 * Cloud Run billed by instances: their whole life, busy or idle, at lower rates and without a charge per request.
 *
 * Errors: `NOT_FINITE`, `OUT_OF_RANGE`. Source: Cloud Run price page.
 *
 * @example
 * cloudRunInstances().idle; // 'all'
 */
export function cloudRunInstances(options: CloudRunOptions = {}): BillModel {
  const { vcpu, prices, share, said } = settings(options);
  const { vcpuSUsd, gibSUsd, free } = prices.instanceBased;
  return {
    name: 'cloud-run-instances',
    about: 'Google Cloud Run, billed by instances',
    prices,
    maxMemoryMiB: 32_768,
    idle: 'all',
    keepAlive:
      'One sets the minimum instances; others stay for as long as Cloud Run chooses, and are paid for as long.',
    assumptions: [...said, `The life of all instances of a function rounded up to ${STEP_MS} ms in all.`],
    meter: (usage) => {
      const aliveS = roundUp(instanceMs(usage), STEP_MS) / 1000;
      return { cpu: aliveS * vcpu, memory: aliveS * gib(usage) };
    },
    price: ({ cpu = 0, memory = 0 }, months) => [
      ...allowed(CPU, cpu, share * free.vcpuS * months, vcpuSUsd),
      ...allowed(MEMORY, memory, share * free.gibS * months, gibSUsd),
    ],
  };
}
