/** What operators set: limits and pauses, by scope. */
import { MOST_INSTANCES } from 'isotherm/decide';
import { type Static, Type } from 'typebox';
import { closed, FunctionKey, OrNull, TimeMs } from './parts.js';

const limitNumbers = {
  minInstances: Type.Integer({ minimum: 0, maximum: MOST_INSTANCES, description: 'Never fewer.' }),
  maxInstances: OrNull(
    Type.Integer({ minimum: 0, maximum: MOST_INSTANCES, description: 'Never more; null for no bound.' }),
  ),
  maxStep: OrNull(
    Type.Integer({ minimum: 1, maximum: MOST_INSTANCES, description: 'Most instances up or down in a tick.' }),
  ),
  maxRatePerMin: OrNull(
    Type.Integer({ minimum: 0, maximum: MOST_INSTANCES, description: 'Most changes a minute over the scope.' }),
  ),
  coolDownMs: Type.Integer({
    minimum: 0,
    maximum: 86_400_000,
    description: 'Time after a change in which nothing goes down.',
  }),
};

export const Limits = Type.Object({ ...limitNumbers, paused: Type.Boolean() }, { title: 'Limits' });

export const Scope = Type.Union(
  [
    Type.Object({ kind: Type.Literal('fleet') }, { title: 'FleetScope', ...closed }),
    Type.Object(
      {
        kind: Type.Literal('group'),
        match: Type.String({
          minLength: 1,
          maxLength: 512,
          description: 'Pattern of names; `*` stands for any run of characters.',
        }),
      },
      { title: 'GroupScope', ...closed },
    ),
    Type.Object({ kind: Type.Literal('function'), functionKey: FunctionKey }, { title: 'FunctionScope', ...closed }),
  ],
  { title: 'Scope', description: 'All functions, those whose names match, or one.' },
);

/** A field that is left out stays; null takes the override away (for a bound: of the fleet, none). */
export const LimitsPatch = Type.Partial(
  Type.Object({
    minInstances: OrNull(limitNumbers.minInstances),
    maxInstances: limitNumbers.maxInstances,
    maxStep: limitNumbers.maxStep,
    maxRatePerMin: limitNumbers.maxRatePerMin,
    coolDownMs: OrNull(limitNumbers.coolDownMs),
  }),
  { title: 'LimitsPatch', minProperties: 1, ...closed },
);

export const LimitsChange = Type.Object({ scope: Scope, limits: LimitsPatch }, { title: 'LimitsChange', ...closed });

export const LimitsView = Type.Object(
  {
    fleet: Limits,
    groups: Type.Array(Type.Object({ match: Type.String(), limits: Type.Partial(Limits) })),
    functions: Type.Array(Type.Object({ functionKey: FunctionKey, limits: Type.Partial(Limits) })),
  },
  {
    title: 'LimitsView',
    description:
      'A function has the limits of the fleet, overridden by those of its groups in their order, then by its own. Where the least comes above the most, the most counts; a rate binds wherever one is set.',
  },
);

export const PauseRequest = Type.Object(
  {
    scope: Scope,
    reason: Type.Optional(Type.String({ maxLength: 500, description: 'Shown, and written to the audit.' })),
  },
  { title: 'PauseRequest', ...closed },
);

export const Pause = Type.Object(
  {
    scope: Scope,
    sinceMs: TimeMs('Since when; of the configuration, since when this process has known it.'),
    actor: Type.String({ description: 'Who paused it; `configuration` where nobody did.' }),
    reason: OrNull(Type.String()),
    configured: Type.Boolean({
      description: 'True where the configuration says so: it ends when that is changed, and is not to be resumed.',
    }),
  },
  { title: 'Pause' },
);

export const Pauses = Type.Object({ paused: Type.Array(Pause) }, { title: 'Pauses' });

export type Limits = Static<typeof Limits>;
export type Scope = Static<typeof Scope>;
export type LimitsPatch = Static<typeof LimitsPatch>;
export type LimitsView = Static<typeof LimitsView>;
export type Pause = Static<typeof Pause>;
