/** AWS Lambda: on demand, and with provisioned concurrency. */
import type { BillModel } from '../bill.js';
import { allowed, checkPrices, chosen, known, type Meter, plain, tiered } from '../lines.js';
import { type LambdaArchitecture, type LambdaPrices, lambdaPrices } from '../prices/lambda.js';
import { gbSeconds, readyMsInSteps, roundUp } from '../rounding.js';
import { type CallGroup, countCalls, sumCalls } from '../usage.js';

const FIVE_MINUTES_MS = 300_000;

const REQUESTS: Meter = { meter: 'requests', name: 'Requests', unit: 'requests' };
const DURATION: Meter = { meter: 'duration', name: 'Duration', unit: 'GB-s' };
const READY: Meter = { meter: 'ready', name: 'Provisioned concurrency', unit: 'GB-s' };
const READY_DURATION: Meter = { meter: 'readyDuration', name: 'Duration on provisioned concurrency', unit: 'GB-s' };

export interface LambdaOptions {
  /** x86 when left out. */
  architecture?: LambdaArchitecture;
  /** `lambdaPrices()` of us-east-1 when left out. */
  prices?: LambdaPrices;
  /** Whether the account's free allowance is unused otherwise; false when left out. */
  freeTier?: boolean;
  /** Whether initialisation on demand is billed: for all functions since 2025-08-01; true when left out. */
  initBilled?: boolean;
}

/** As configured: whole MB, at least 128. */
const configuredMiB = (memoryMiB: number): number => Math.max(128, roundUp(memoryMiB, 1));

/** Whole ms, at least one; initialisation and call are rounded together. */
function billedGbS(groups: readonly CallGroup[], memoryMiB: number, initBilled: boolean): number {
  const ms = sumCalls(groups, ({ durationMs, initMs }) => {
    const lasted = durationMs + (initBilled ? initMs : 0);
    return Math.max(1, roundUp(lasted, 1));
  });
  return gbSeconds(ms, configuredMiB(memoryMiB));
}

function settings({
  architecture = 'x86',
  prices = lambdaPrices(),
  freeTier = false,
  initBilled = true,
}: LambdaOptions) {
  checkPrices('prices', prices);
  const rates = chosen('architecture', architecture, { x86: prices.x86, arm64: prices.arm64 });
  const free = freeTier ? prices.free : { requests: 0, gbS: 0 };
  const said = [
    `${architecture}; each call rounded up to 1 ms, memory to 1 MB and at least 128 MB.`,
    initBilled
      ? 'The whole start time is billed as initialisation, as it is for all functions since 2025-08-01: what the platform itself takes is not, so this is an upper bound.'
      : 'Initialisation on demand is not billed: so it was before 2025-08-01 for zip packages on managed runtimes.',
    freeTier ? 'The free allowance of the account is all for these functions.' : 'No free allowance.',
  ];
  return { prices, rates, free, initBilled, said };
}

/**
 * Lambda on demand: requests and GB-s in tiers. Idle instances cost nothing, and how long they stay is Lambda's choice.
 *
 * Errors: `NOT_FINITE`, `OUT_OF_RANGE` for prices that cannot be. Source: AWS Lambda price page; AWS Compute Blog on INIT billing, 2025-04.
 *
 * @example
 * lambdaOnDemand({ architecture: 'arm64', freeTier: true }).idle; // 'none'
 */
export function lambdaOnDemand(options: LambdaOptions = {}): BillModel {
  const { prices, rates, free, initBilled, said } = settings(options);
  return {
    name: 'lambda',
    about: 'AWS Lambda on demand',
    prices,
    maxMemoryMiB: 10_240,
    idle: 'none',
    keepAlive:
      'On Lambda on demand nobody can set how long an idle instance stays, nor start one ahead: what can be had there is provisioned concurrency.',
    assumptions: said,
    meter: ({ calls, memoryMiB }) => ({
      requests: countCalls(calls),
      duration: billedGbS(calls, memoryMiB, initBilled),
    }),
    price: ({ requests = 0, duration = 0 }, months) => [
      ...allowed(REQUESTS, requests, free.requests * months, prices.requestUsd),
      ...tiered(DURATION, duration, free.gbS * months, rates.tiers, months),
    ],
  };
}

/**
 * Lambda with provisioned concurrency: all the time that it is ready, in steps of five minutes; calls on it at a lower rate; what spills over on demand.
 *
 * Errors: as `lambdaOnDemand`, and `BAD_ARGUMENT` where the table has no price of provisioned concurrency. Source: AWS Lambda price page.
 *
 * @example
 * lambdaProvisioned().idle; // 'ready'
 */
export function lambdaProvisioned(options: LambdaOptions = {}): BillModel {
  const { prices, rates, free, initBilled, said } = settings(options);
  const ofRegion = `provisioned concurrency on ${options.architecture ?? 'x86'} in ${prices.region}`;
  const readyUsd = known(ofRegion, rates.readyGbSUsd);
  const readyCallUsd = known(ofRegion, rates.readyCallGbSUsd);
  return {
    name: 'lambda-pc',
    about: 'AWS Lambda with provisioned concurrency',
    prices,
    maxMemoryMiB: 10_240,
    idle: 'ready',
    keepAlive: 'One sets how many instances are ready and when; how long those on demand stay is up to Lambda.',
    assumptions: [
      ...said,
      'Provisioned concurrency is billed in steps of five minutes each time that it is raised; initialising it is billed at its rate of duration, re-initialisation by Lambda is left out.',
      'The free allowance is for requests and for duration on demand.',
    ],
    meter: ({ calls, memoryMiB, ready, preWarmMs }) => {
      const memory = configuredMiB(memoryMiB);
      const onReady = calls.filter((group) => group.onReady);
      const spilled = calls.filter((group) => !group.onReady);
      return {
        requests: countCalls(calls),
        ready: gbSeconds(readyMsInSteps(ready, FIVE_MINUTES_MS), memory),
        readyDuration: billedGbS(onReady, memoryMiB, true) + gbSeconds(roundUp(preWarmMs, 1), memory),
        duration: billedGbS(spilled, memoryMiB, initBilled),
      };
    },
    price: ({ requests = 0, ready = 0, readyDuration = 0, duration = 0 }, months) => [
      ...plain(READY, ready, readyUsd),
      ...plain(READY_DURATION, readyDuration, readyCallUsd),
      ...allowed(REQUESTS, requests, free.requests * months, prices.requestUsd),
      ...tiered({ ...DURATION, name: 'Duration on demand' }, duration, free.gbS * months, rates.tiers, months),
    ],
  };
}
