/** What happened, and who changed what. */
import { type Static, Type } from 'typebox';
import { Scope } from './limits.js';
import { FunctionKey, OneOf, OrNull, TimeMs } from './parts.js';

export const EVENT_KINDS = [
  'tick',
  'decision',
  'demoted',
  'promoted',
  'gap',
  'gap-closed',
  'start-time',
  'late',
  'paused',
  'resumed',
  'limits',
  'provider-down',
  'provider-up',
  'provider-ended',
  'store-down',
  'store-up',
  'clock-jump',
  'config',
  'placement',
] as const;

export const PlaneEvent = Type.Object(
  {
    id: Type.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Ascends with every event, over restarts.',
    }),
    atMs: TimeMs('When it happened.'),
    kind: OneOf(EVENT_KINDS),
    functionKey: OrNull(FunctionKey),
    message: Type.String({ description: 'For people.' }),
    data: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'Figures of the event.' })),
  },
  { title: 'Event' },
);

export const AuditEntry = Type.Object(
  {
    id: Type.Integer({ minimum: 1 }),
    atMs: TimeMs('When.'),
    actor: Type.String({
      description: 'Name of the key, `local` where none is asked for, or `configuration` for what its file changed.',
    }),
    action: OneOf(['limits', 'pause', 'resume', 'key', 'config']),
    scope: OrNull(Scope),
    from: Type.Unknown({ description: 'As it was.' }),
    to: Type.Unknown({ description: 'As it is.' }),
  },
  { title: 'AuditEntry' },
);

export type PlaneEvent = Static<typeof PlaneEvent>;
export type AuditEntry = Static<typeof AuditEntry>;
