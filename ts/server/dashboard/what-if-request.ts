/** What the form of a what-if question asks, and how its fields become a request. */
import { MOST_INSTANCES } from '../../core/decide/limits.js';
import type { WhatIfRequest } from '../api/schemas/what-if.js';
import { LEAST_BUFFER, MOST_BUFFER, MOST_POOL } from '../api/schemas/what-if-bounds.js';

/** The parts of a request that a field sets. */
export type FieldName =
  | 'policy'
  | 'modelType'
  | 'minWarmPool'
  | 'maxWarmPool'
  | 'prewarmBuffer'
  | 'idleUsdPerGbS'
  | 'coldStartUsdPerS'
  | 'preWarmShare'
  | 'minInstances'
  | 'maxInstances';

export interface Field {
  name: FieldName;
  label: string;
  /** In the request, as a JSON pointer. */
  pointer: string;
  /** Of a number; a text where it is left out. */
  number?: { least: number; most: number; isWhole: boolean };
  /** Of a text: what is known. */
  choices?: readonly string[];
}

/** Every policy with a name of its own that decides function by function from the past, and some fixed times; any `fixed-<N>min` and `adaptive@<N>%` go too. */
export const POLICY_CHOICES: readonly string[] = [
  'adaptive',
  'adaptive-keepalive',
  'fixed-1min',
  'fixed-5min',
  'fixed-10min',
  'fixed-20min',
  'fixed-60min',
  'infinite',
  'hybrid-histogram',
  'recent-peak',
  'break-even',
  'break-even-randomised',
  'spes',
  'static-2x',
  'lambda',
  'azure-consumption',
  'cloud-run',
  'openwhisk',
  'knative',
];

const whole = (least: number, most: number) => ({ least, most, isWhole: true });
const decimal = (least: number, most: number) => ({ least, most, isWhole: false });

export const fields = (models: readonly string[]): readonly Field[] => [
  { name: 'policy', label: 'Policy', pointer: '/policy', choices: POLICY_CHOICES },
  { name: 'modelType', label: 'Forecast model', pointer: '/modelType', choices: ['auto', ...models] },
  { name: 'minWarmPool', label: 'Pool, at least', pointer: '/minWarmPool', number: whole(0, MOST_POOL) },
  { name: 'maxWarmPool', label: 'Pool, at most', pointer: '/maxWarmPool', number: whole(0, MOST_POOL) },
  {
    name: 'prewarmBuffer',
    label: 'Pool, times the forecast',
    pointer: '/prewarmBuffer',
    number: decimal(LEAST_BUFFER, MOST_BUFFER),
  },
  {
    name: 'idleUsdPerGbS',
    label: 'Idle memory, USD a GB‑s',
    pointer: '/prices/idleUsdPerGbS',
    number: decimal(0, Number.MAX_VALUE),
  },
  {
    name: 'coldStartUsdPerS',
    label: 'Waiting, USD a second',
    pointer: '/prices/coldStartUsdPerS',
    number: decimal(0, Number.MAX_VALUE),
  },
  {
    name: 'preWarmShare',
    label: 'Start ahead, × a cold start',
    pointer: '/prices/preWarmShare',
    number: decimal(0, Number.MAX_VALUE),
  },
  {
    name: 'minInstances',
    label: 'Instances, at least',
    pointer: '/limits/minInstances',
    number: whole(0, MOST_INSTANCES),
  },
  {
    name: 'maxInstances',
    label: 'Instances, at most',
    pointer: '/limits/maxInstances',
    number: whole(0, MOST_INSTANCES),
  },
];

/** What is wrong with a field's text; undefined if nothing is. `isBad`: the browser takes it for no number at all. */
export function fieldProblem({ number }: Field, text: string, isBad: boolean): string | undefined {
  if (number === undefined) return undefined;
  const { least, most, isWhole } = number;
  const range = most > 1e9 ? `from ${least} on` : `from ${least} to ${most}`;
  const expected = `Expected a ${isWhole ? 'whole ' : ''}number ${range}.`;
  if (isBad) return expected;
  if (text === '') return undefined;
  const value = Number(text);
  return value >= least && value <= most && (!isWhole || Number.isInteger(value)) ? undefined : expected;
}

/** The request of what was filled in; a field that is empty is as configured. */
export function changesOf(all: readonly Field[], textOf: (field: Field) => string): WhatIfRequest {
  const request: Record<string, unknown> = {};
  for (const field of all) {
    const text = textOf(field);
    if (text === '') continue;
    const path = field.pointer.slice(1).split('/');
    const name = path.pop()!;
    let into = request;
    for (const part of path) {
      into[part] ??= {};
      into = into[part] as Record<string, unknown>;
    }
    into[name] = field.number === undefined ? text : Number(text);
  }
  return request as WhatIfRequest;
}
