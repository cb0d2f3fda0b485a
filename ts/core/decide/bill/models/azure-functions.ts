/** Azure Functions: Consumption, and Flex Consumption with or without always-ready instances. */
import type { BillModel } from '../bill.js';
import { allowed, checkPrices, type Meter, plain } from '../lines.js';
import { AZURE_FUNCTIONS_PRICES, type AzureFunctionsPrices } from '../prices/azure-functions.js';
import { gbSeconds, roundUp } from '../rounding.js';
import { type CallGroup, countCalls, readyMs, sumCalls } from '../usage.js';

const EXECUTIONS: Meter = { meter: 'executions', name: 'Executions', unit: 'executions' };
const TIME: Meter = { meter: 'time', name: 'Execution time', unit: 'GB-s' };
const READY_EXECUTIONS: Meter = { meter: 'readyExecutions', name: 'Executions, always ready', unit: 'executions' };
const READY_TIME: Meter = { meter: 'readyTime', name: 'Execution time, always ready', unit: 'GB-s' };
const BASELINE: Meter = { meter: 'baseline', name: 'Always-ready baseline', unit: 'GB-s' };

export interface AzureOptions {
  /** `AZURE_FUNCTIONS_PRICES` when left out. */
  prices?: AzureFunctionsPrices;
  /** Whether the subscription's free grant is unused otherwise; false when left out. */
  freeTier?: boolean;
}

const NO_INIT = 'Only the time that code executes is billed: initialisation is not.';

const granted = (freeTier: boolean): string =>
  freeTier ? 'The free grant of the subscription is all for these functions.' : 'No free grant.';

/**
 * Azure Functions on the Consumption plan (legacy): executions and GB-s; memory in steps of 128 MB, at least 100 ms a call.
 *
 * Errors: `NOT_FINITE`, `OUT_OF_RANGE` for prices that cannot be. Source: Azure Functions price page; Microsoft Learn, estimating consumption-based costs.
 *
 * @example
 * azureConsumption().maxMemoryMiB; // 1536
 */
export function azureConsumption({ prices = AZURE_FUNCTIONS_PRICES, freeTier = false }: AzureOptions = {}): BillModel {
  checkPrices('prices', prices);
  const { gbSUsd, executionUsd, free } = prices.consumption;
  const share = freeTier ? 1 : 0;
  return {
    name: 'azure-consumption',
    about: 'Azure Functions on the Consumption plan',
    prices,
    maxMemoryMiB: 1536,
    idle: 'none',
    keepAlive: 'On the Consumption plan nobody can set how long an idle instance stays, nor keep one ready.',
    assumptions: [
      'Memory rounded up to 128 MB, each call to 1 ms and at least 100 ms.',
      NO_INIT,
      'Each call has an instance of its own: calls that share one would share its memory.',
      granted(freeTier),
    ],
    meter: ({ calls, memoryMiB }) => ({
      executions: countCalls(calls),
      time: gbSeconds(
        sumCalls(calls, ({ durationMs }) => Math.max(100, roundUp(durationMs, 1))),
        roundUp(memoryMiB, 128),
      ),
    }),
    price: ({ executions = 0, time = 0 }, months) => [
      ...allowed(EXECUTIONS, executions, share * free.executions * months, executionUsd),
      ...allowed(TIME, time, share * free.gbS * months, gbSUsd),
    ],
  };
}

const FLEX_SIZES_MIB = [512, 2048, 4096];

/** The smallest instance that has the memory; above the largest, the memory itself. */
const flexMiB = (memoryMiB: number): number => FLEX_SIZES_MIB.find((size) => memoryMiB <= size) ?? memoryMiB;

/** At least a second, then steps of 100 ms. */
const flexGbS = (groups: readonly CallGroup[], memoryMiB: number): number =>
  gbSeconds(
    sumCalls(groups, ({ durationMs }) => Math.max(1000, roundUp(durationMs, 100))),
    flexMiB(memoryMiB),
  );

/**
 * Azure Functions on Flex Consumption: on demand by executions and GB-s of whole instance sizes; always-ready instances by a baseline, and a lower rate while busy.
 *
 * Errors: `NOT_FINITE`, `OUT_OF_RANGE` for prices that cannot be. Source: Azure Functions price page; Microsoft Learn, Flex Consumption plan.
 *
 * @example
 * azureFlex().idle; // 'ready'
 */
export function azureFlex({ prices = AZURE_FUNCTIONS_PRICES, freeTier = false }: AzureOptions = {}): BillModel {
  checkPrices('prices', prices);
  const { onDemand, alwaysReady } = prices.flex;
  const share = freeTier ? 1 : 0;
  return {
    name: 'azure-flex',
    about: 'Azure Functions on the Flex Consumption plan',
    prices,
    maxMemoryMiB: FLEX_SIZES_MIB.at(-1)!,
    idle: 'ready',
    keepAlive: 'One sets how many instances are always ready; how long those on demand stay is up to Azure.',
    assumptions: [
      `Memory rounded up to instances of ${FLEX_SIZES_MIB.join(', ')} MB; each call to 100 ms and at least 1 s.`,
      'Each call is a period of activity of its own: calls that overlap on one instance would be billed as one.',
      NO_INIT,
      `${granted(freeTier)} It does not extend to always-ready instances.`,
    ],
    meter: ({ calls, memoryMiB, ready }) => {
      const onReady = calls.filter((group) => group.onReady);
      const others = calls.filter((group) => !group.onReady);
      return {
        executions: countCalls(others),
        time: flexGbS(others, memoryMiB),
        readyExecutions: countCalls(onReady),
        readyTime: flexGbS(onReady, memoryMiB),
        baseline: gbSeconds(readyMs(ready), flexMiB(memoryMiB)),
      };
    },
    price: ({ executions = 0, time = 0, readyExecutions = 0, readyTime = 0, baseline = 0 }, months) => [
      ...plain(BASELINE, baseline, alwaysReady.baselineGbSUsd),
      ...plain(READY_TIME, readyTime, alwaysReady.callGbSUsd),
      ...plain(READY_EXECUTIONS, readyExecutions, alwaysReady.executionUsd),
      ...allowed(EXECUTIONS, executions, share * onDemand.free.executions * months, onDemand.executionUsd),
      ...allowed(TIME, time, share * onDemand.free.gbS * months, onDemand.gbSUsd),
    ],
  };
}
