/** The stored past under other settings. */
import { type Static, Type } from 'typebox';
import { Savings, Totals } from './figures.js';
import { LimitsPatch } from './limits.js';
import { AtLeast0, Count, closed, FunctionKey, TimeMs } from './parts.js';
import { LEAST_BUFFER, MOST_ASKED, MOST_BUFFER, MOST_NAMED, MOST_POOL, USUALLY_ASKED } from './what-if-bounds.js';

export const WhatIfRequest = Type.Object(
  {
    functionKeys: Type.Optional(Type.Array(FunctionKey, { minItems: 1, maxItems: MOST_NAMED })),
    mostFunctions: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST_ASKED,
        description: `Where none is named: so many, those with the most calls; ${USUALLY_ASKED} if left out.`,
      }),
    ),
    fromMs: Type.Optional(TimeMs('Beginning; a day before the end if left out.')),
    toMs: Type.Optional(TimeMs('End, not included; the last tick if left out.')),
    policy: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'A policy by name, as `isotherm replay --policy` takes it.',
      }),
    ),
    modelType: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: 'A forecaster by name, or `auto`.' }),
    ),
    minWarmPool: Type.Optional(Type.Integer({ minimum: 0, maximum: MOST_POOL })),
    maxWarmPool: Type.Optional(Type.Integer({ minimum: 0, maximum: MOST_POOL })),
    prewarmBuffer: Type.Optional(Type.Number({ minimum: LEAST_BUFFER, maximum: MOST_BUFFER })),
    prices: Type.Optional(Type.Record(Type.String({ maxLength: 100 }), Type.Number({ minimum: 0 }))),
    limits: Type.Optional(LimitsPatch),
  },
  { title: 'WhatIfRequest', description: 'What is left out is as configured.', ...closed },
);

export const WhatIfProgress = Type.Object(
  {
    functions: Count('Functions replayed so far.'),
    of: Count('Functions to be replayed.'),
    share: Type.Number({ minimum: 0, maximum: 1, description: 'How far it is, by the calls of each.' }),
  },
  { title: 'WhatIfProgress' },
);

export const WhatIfResult = Type.Object(
  {
    fromMs: TimeMs('Beginning.'),
    toMs: TimeMs('End, not included.'),
    functions: Count('Functions replayed.'),
    configured: Totals,
    whatIf: Totals,
    saved: Savings,
    rows: Type.Array(
      Type.Object({
        functionKey: FunctionKey,
        configuredUsd: AtLeast0('Objective as configured.'),
        whatIfUsd: AtLeast0('Objective under the other settings.'),
      }),
      { description: 'The functions that differ most, at most 100.' },
    ),
  },
  { title: 'WhatIfResult', description: 'The stored past under other settings, by the replay.' },
);

export type WhatIfRequest = Static<typeof WhatIfRequest>;
export type WhatIfProgress = Static<typeof WhatIfProgress>;
export type WhatIfResult = Static<typeof WhatIfResult>;
