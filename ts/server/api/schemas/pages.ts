/** What lists are asked, and how they answer: page by page. */
import { type Static, type TSchema, Type } from 'typebox';
import { Decision } from './decisions.js';
import { AuditEntry, EVENT_KINDS, PlaneEvent } from './events.js';
import { FunctionRow } from './functions.js';
import { closed, FunctionKey, OneOf, OrNull, TimeMs } from './parts.js';
import { PlacedFunction, PlacementRow } from './placement.js';
import { ReceiptRow } from './receipts.js';

const Cursor = Type.Optional(
  Type.String({ minLength: 1, maxLength: 2048, description: '`nextCursor` of the page before.' }),
);
const PageLimit = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 1000, description: 'Items on a page, 100 if left out.' }),
);
const Span = {
  fromMs: Type.Optional(TimeMs('Not before.')),
  toMs: Type.Optional(TimeMs('Before.')),
};

export const FUNCTION_SORTS = [
  'functionKey',
  '-calls',
  '-callsPerMinute',
  '-coldStarts',
  '-savedUsd',
  'savedUsd',
  '-desiredInstances',
  '-lastCallMs',
] as const;

export const FunctionsQuery = Type.Object(
  {
    q: Type.Optional(Type.String({ maxLength: 512, description: 'Only names that contain it, whatever the case.' })),
    state: Type.Optional(
      OneOf(['paused', 'demoted', 'gap'], {
        description: 'Only those that are paused, whose model is demoted, or of which there are no data now.',
      }),
    ),
    sort: Type.Optional(OneOf(FUNCTION_SORTS, { description: '`-calls` if left out; `-` is for descending.' })),
    cursor: Cursor,
    limit: PageLimit,
  },
  closed,
);

export const DecisionsQuery = Type.Object(
  {
    q: Type.Optional(Type.String({ maxLength: 512, description: 'Only names that contain it, whatever the case.' })),
    cursor: Cursor,
    limit: PageLimit,
  },
  closed,
);

export const ReceiptsQuery = Type.Object(
  { functionKey: Type.Optional(FunctionKey), ...Span, cursor: Cursor, limit: PageLimit },
  closed,
);

export const EventsQuery = Type.Object(
  {
    kind: Type.Optional(OneOf(EVENT_KINDS, { description: 'Only events of this kind.' })),
    functionKey: Type.Optional(FunctionKey),
    ...Span,
    cursor: Cursor,
    limit: PageLimit,
  },
  closed,
);

/** Kinds of which there may be thousands in a tick. */
export const FREQUENT_KINDS: readonly string[] = ['decision'];

export const StreamQuery = Type.Object(
  {
    kinds: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 500,
        pattern: `^(${EVENT_KINDS.join('|')})(,(${EVENT_KINDS.join('|')}))*$`,
        description:
          'Only these kinds, with commas between. If left out: all but `decision`, which comes only where a function is named.',
      }),
    ),
    functionKey: Type.Optional(FunctionKey),
  },
  closed,
);

export const PlacedFunctionsQuery = Type.Object(
  {
    q: Type.Optional(Type.String({ maxLength: 512, description: 'Only names that contain it, whatever the case.' })),
    cursor: Cursor,
    limit: PageLimit,
  },
  closed,
);

export const PlacementsQuery = Type.Object({ cursor: Cursor, limit: PageLimit }, closed);

export const AuditQuery = Type.Object({ ...Span, cursor: Cursor, limit: PageLimit }, closed);

export const pageOf = <S extends TSchema>(item: S, title: string) =>
  Type.Object(
    {
      items: Type.Array(item),
      nextCursor: OrNull(Type.String({ description: 'Of the next page; null on the last.' })),
    },
    { title },
  );

export const FunctionPage = pageOf(FunctionRow, 'FunctionPage');
export const DecisionPage = pageOf(Decision, 'DecisionPage');
export const ReceiptPage = pageOf(ReceiptRow, 'ReceiptPage');
export const PlacedFunctionPage = pageOf(PlacedFunction, 'PlacedFunctionPage');
export const PlacementPage = pageOf(PlacementRow, 'PlacementPage');
export const EventPage = pageOf(PlaneEvent, 'EventPage');
export const AuditPage = pageOf(AuditEntry, 'AuditPage');

/** A page of a list; `nextCursor` goes into the next query. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

export type FunctionsQuery = Static<typeof FunctionsQuery>;
export type DecisionsQuery = Static<typeof DecisionsQuery>;
export type ReceiptsQuery = Static<typeof ReceiptsQuery>;
export type PlacedFunctionsQuery = Static<typeof PlacedFunctionsQuery>;
export type PlacementsQuery = Static<typeof PlacementsQuery>;
export type EventsQuery = Static<typeof EventsQuery>;
export type StreamQuery = Static<typeof StreamQuery>;
export type AuditQuery = Static<typeof AuditQuery>;
