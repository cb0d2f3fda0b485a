/** Functions: what is known of each, what is forecast, what is decided. */
import { IsothermError } from 'isotherm/kernels';
import { Type } from 'typebox';
import type { Plane } from '../../control/plane.js';
import { settle, wrap } from '../cursor.js';
import { example } from '../examples.js';
import { operation } from '../operation.js';
import { Decision, Desired, Forecast } from '../schemas/decisions.js';
import { type FunctionDetail as Detail, FunctionDetail } from '../schemas/functions.js';
import { DecisionPage, DecisionsQuery, FunctionPage, FunctionsQuery } from '../schemas/pages.js';
import { FunctionKey } from '../schemas/parts.js';

export const FunctionParams = Type.Object({ functionKey: FunctionKey });

const unknown = (key: string): IsothermError =>
  new IsothermError(
    'UNKNOWN_FUNCTION',
    `there is no function ${JSON.stringify(key)}: one is known from the tick after its first sample on`,
  );

function known(plane: Plane, key: string): Detail {
  const detail = plane.fn(key);
  if (detail === undefined) throw unknown(key);
  return detail;
}

const notYet = (key: string, what: string): IsothermError =>
  new IsothermError(
    'UNKNOWN_FUNCTION',
    `there is no ${what} of ${JSON.stringify(key)} yet: it comes with the first tick`,
  );

export const functionOperations = [
  operation({
    id: 'listFunctions',
    method: 'GET',
    path: '/v1/functions',
    tag: 'Functions',
    role: 'read',
    summary: 'List functions',
    description: 'Every function that a sample has come of, from memory: search, sort, page by page.',
    query: FunctionsQuery,
    answer: {
      description: 'A page of functions.',
      schema: FunctionPage,
      example: { items: [example.functionRow], nextCursor: null },
    },
    problems: ['BAD_CURSOR'],
    handle: ({ plane, query }) => wrap('functions', query, plane.functions(settle('functions', query))),
  }),
  operation({
    id: 'getFunction',
    method: 'GET',
    path: '/v1/functions/{functionKey}',
    tag: 'Functions',
    role: 'read',
    summary: 'Show a function',
    description:
      'Its counts, its forecast with the interval, its decision, its limits, what it saved, and how each model did on it. The key is URL-encoded: `shop/checkout` is `shop%2Fcheckout`.',
    params: FunctionParams,
    answer: { description: 'The function.', schema: FunctionDetail, example: example.functionDetail },
    problems: ['UNKNOWN_FUNCTION'],
    handle: ({ plane, params }) => known(plane, params.functionKey),
  }),
  operation({
    id: 'getForecast',
    method: 'GET',
    path: '/v1/functions/{functionKey}/forecast',
    tag: 'Functions',
    role: 'read',
    summary: "Show a function's forecast",
    description: 'Forecast calls in the next steps with their 90 % interval, and the model that made them.',
    params: FunctionParams,
    answer: { description: 'The forecast in use.', schema: Forecast, example: example.forecast },
    problems: ['UNKNOWN_FUNCTION'],
    handle: ({ plane, params: { functionKey } }) => {
      const { forecast } = known(plane, functionKey);
      if (forecast === null) throw notYet(functionKey, 'forecast');
      return forecast;
    },
  }),
  operation({
    id: 'getDecision',
    method: 'GET',
    path: '/v1/functions/{functionKey}/decision',
    tag: 'Functions',
    role: 'read',
    summary: "Show a function's decision",
    description: 'The decision that stands now. Those before it are among the receipts.',
    params: FunctionParams,
    answer: { description: 'The decision.', schema: Decision, example: example.decision },
    problems: ['UNKNOWN_FUNCTION'],
    handle: ({ plane, params: { functionKey } }) => {
      const { decision } = known(plane, functionKey);
      if (decision === null) throw notYet(functionKey, 'decision');
      return decision;
    },
  }),
  operation({
    id: 'getDesired',
    method: 'GET',
    path: '/v1/functions/{functionKey}/desired',
    tag: 'Functions',
    role: 'read',
    rate: 20,
    summary: 'Ask how many instances a function shall have',
    description:
      "For KEDA's `metrics-api` trigger with `valueLocation: value`. From memory: it is answered while the database is away, and with the last good value and `stale: true` while the loop is behind, or starts again. Never a guess: a function that nothing was decided for is a 404, upon which KEDA keeps what there is or falls back.",
    params: FunctionParams,
    answer: { description: 'A finite number.', schema: Desired, example: example.desired },
    problems: ['UNKNOWN_FUNCTION'],
    handle: ({ plane, params: { functionKey } }) => {
      const desired = plane.desired(functionKey);
      if (desired === undefined || !Number.isFinite(desired.value)) throw unknown(functionKey);
      return desired;
    },
  }),
  operation({
    id: 'listDecisions',
    method: 'GET',
    path: '/v1/decisions',
    tag: 'Functions',
    role: 'read',
    summary: 'List the decisions that stand',
    description: 'One for each function that something was decided for, in order of key, from memory.',
    query: DecisionsQuery,
    answer: {
      description: 'A page of decisions.',
      schema: DecisionPage,
      example: { items: [example.decision], nextCursor: null },
    },
    problems: ['BAD_CURSOR'],
    handle: ({ plane, query }) => wrap('decisions', query, plane.decisions(settle('decisions', query))),
  }),
];
