/** Where functions run, and where they would better run. */
import {
  HELD_REASONS,
  MIGRATION_REASONS,
  PLACEMENT_BOUNDS,
  PLACEMENT_TERM_MEANINGS,
  PLACEMENT_TERMS,
} from 'isotherm/decide';
import { type Static, Type } from 'typebox';
import { AtLeast0, Count, OneOf, OrNull, TimeMs } from './parts.js';

export const PlacementTerms = Type.Object(
  Object.fromEntries(
    PLACEMENT_TERMS.map((term) => {
      const { about, unit } = PLACEMENT_TERM_MEANINGS[term];
      return [term, Type.Number({ description: `${unit}: ${about}.` })];
    }),
  ) as Record<(typeof PLACEMENT_TERMS)[number], ReturnType<typeof Type.Number>>,
  { title: 'PlacementTerms', description: 'What a placement comes to, each term in its own unit.' },
);

const Share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const Cost = (description: string) => Type.Number({ description });

export const PlacementStep = Type.Object(
  {
    name: Type.String({ description: 'The function.' }),
    from: OrNull(Type.String({ description: 'The node that it leaves; null: it is started.' })),
    to: Type.String({ description: 'The node that it goes to.' }),
    gain: Cost('By how much the cost of all falls.'),
    why: OneOf(MIGRATION_REASONS, {
      description:
        '`new`: it is started. `limit`: where it is it may not be. `gain`: it gains enough. `together`: with another one. `detour`: on its way, so that others can change places.',
    }),
    before: OrNull(PlacementTerms),
    after: PlacementTerms,
  },
  { title: 'PlacementStep' },
);

export const StayingFunction = Type.Object(
  { name: Type.String(), to: Type.String(), why: OneOf(HELD_REASONS) },
  { title: 'StayingFunction', description: 'It would be better elsewhere, and stays for a reason.' },
);

const Staying = Type.Object({
  functions: Count('Functions that would be better elsewhere, and stay.'),
  reasons: Type.Record(Type.String(), Type.Integer({ minimum: 1 }), { description: 'How many for which reason.' }),
  first: Type.Array(StayingFunction, { description: 'The first of them.' }),
});

export const PlacementAlternative = Type.Object(
  {
    name: OneOf(['as it is', 'after the moves', 'the best that was found']),
    cost: Cost('Weighed terms over their scales, above what every function would have on its best nodes.'),
    gap: Share('How much of it may be too much: (cost - bound) / cost.'),
    terms: PlacementTerms,
  },
  { title: 'PlacementAlternative' },
);

export const OtherMoves = Type.Object(
  {
    instead: Type.Array(Type.Object({ name: Type.String(), node: Type.String() }), {
      description: 'Functions that would be on another node than after the moves.',
    }),
    cost: PlacementAlternative.properties.cost,
    gap: PlacementAlternative.properties.gap,
    terms: PlacementTerms,
  },
  { title: 'OtherMoves', description: 'What else could be done with the functions that are moved.' },
);

const Fleet = Type.Object({
  functions: Count('Functions that are placed.'),
  nodes: Count('Nodes that they can be placed on.'),
  measured: Count('Functions of which something that was measured stands in for what the file leaves out.'),
  held: Count('Those of them that there are no data of now: the last good figures stand.'),
  leftOut: Type.Object({
    functions: Count('Functions that are not placed, as nobody knows their memory.'),
    names: Type.Array(Type.String(), { description: 'The first of them.' }),
  }),
});

/** What both the receipt and the present state have. */
const DECIDED = {
  tick: Count('The tick after which it was decided.'),
  atMs: TimeMs('When.'),
  reason: Type.String({ description: 'What was decided and why, in a sentence.' }),
  fleet: Fleet,
  steps: Type.Array(PlacementStep, { description: 'Moves, in this order, each when the one before is done.' }),
  staying: Staying,
  alternatives: Type.Array(PlacementAlternative, {
    description: 'Placements that could be had; empty where none keeps the limits.',
  }),
  otherMoves: Type.Array(OtherMoves, {
    description: 'The best other nodes for the functions that are moved, the best first; empty where none is moved.',
  }),
  bound: OrNull(Cost('No placement within the limits costs less.')),
  proof: OrNull(OneOf(['assignment', 'search', 'bound'], { description: 'How the bound is known.' })),
  conflicts: Type.Array(Type.String(), {
    description: 'Why there is no placement, in words; empty where there is one.',
  }),
  limits: Type.Array(OneOf(PLACEMENT_BOUNDS), { description: 'What kept moves back.' }),
};

export const PlacementReceipt = Type.Object(
  {
    id: Type.String(),
    kind: Type.Literal('placement'),
    ...DECIDED,
    setting: Type.Record(Type.String(), Type.Unknown(), { description: 'Rules, weights and limits.' }),
    inputs: Type.Object(
      { given: Type.String(), seen: Type.String(), before: Type.String() },
      { description: 'SHA-256 of the files, of what was measured, and of the state before.' },
    ),
    inputsDigest: Type.String({ description: 'SHA-256 over all of them and the setting.' }),
    after: Type.String({ description: 'SHA-256 of the state that the next decision begins with.' }),
    network: Type.String({ description: 'Where round trips and prices of bytes are from.' }),
    seed: Type.Integer(),
    backend: Type.String(),
    version: Type.String(),
    record: Type.Record(Type.String(), Type.Unknown(), {
      description: 'The receipt as it is stored, in times since the epoch: what is compared when it is computed again.',
    }),
  },
  { title: 'PlacementReceipt', description: 'A decision about placement with everything it followed from.' },
);

export const PlacementDecision = Type.Object(
  { receiptId: Type.String(), ...DECIDED },
  { title: 'PlacementDecision', description: 'What was decided last.' },
);

export const PlacementRow = Type.Object(
  {
    receiptId: Type.String(),
    tick: DECIDED.tick,
    atMs: DECIDED.atMs,
    reason: DECIDED.reason,
    moves: Type.Array(Type.Object({ name: Type.String(), from: OrNull(Type.String()), to: Type.String() }), {
      description: 'The moves that were decided.',
    }),
    staying: Count('Functions that would be better elsewhere, and stay.'),
    cost: OrNull(Cost('After the moves; null where a function is nowhere.')),
    bound: DECIDED.bound,
    gap: OrNull(Share('Of the cost.')),
  },
  { title: 'PlacementRow' },
);

export const PlacedNode = Type.Object(
  {
    name: Type.String(),
    functions: Count('Functions on it.'),
    memory: AtLeast0('Share of its memory that they take.'),
    vcpu: AtLeast0('Share of its vCPU.'),
    instances: AtLeast0('Share of the instances that it runs at most.'),
  },
  { title: 'PlacedNode' },
);

export const Placement = Type.Object(
  {
    files: OrNull(
      Type.Object(
        { nodes: Type.String(), functions: Type.String() },
        {
          description:
            'The files that nodes and functions are read from; null where none are named: nothing is placed.',
        },
      ),
    ),
    state: OneOf(['off', 'waiting', 'deciding', 'paused', 'failed'], {
      description:
        '`off`: no files are named. `waiting`: for the next decision. `deciding`: on a thread beside the loop. `paused`: all functions are. `failed`: the last decision could not be made or recorded, and the one before holds.',
    }),
    failure: OrNull(Type.String({ description: 'Why, where it has failed.' })),
    intervalMs: AtLeast0('Time between two decisions.'),
    nextMs: OrNull(TimeMs('When the next one is due; null before the first.')),
    decision: OrNull(PlacementDecision),
    lastMoves: OrNull(PlacementRow),
    nodes: Type.Array(PlacedNode, { description: 'What is taken of each node, once the moves are made.' }),
  },
  { title: 'Placement' },
);

export const PlacedFunction = Type.Object(
  {
    name: Type.String(),
    node: OrNull(Type.String({ description: 'Where it is once the moves are made; null: it waits for room.' })),
    best: OrNull(Type.String({ description: 'Where the best placement that was found has it.' })),
    staying: OrNull(OneOf(HELD_REASONS, { description: 'Why it is not there.' })),
    cost: OrNull(Cost('Its own part of the cost, above what its best nodes would come to.')),
    terms: PlacementTerms,
  },
  { title: 'PlacedFunction' },
);

export type PlacementTerms = Static<typeof PlacementTerms>;
export type PlacementStep = Static<typeof PlacementStep>;
export type PlacementAlternative = Static<typeof PlacementAlternative>;
export type PlacementReceipt = Static<typeof PlacementReceipt>;
export type PlacementDecision = Static<typeof PlacementDecision>;
export type PlacementRow = Static<typeof PlacementRow>;
export type PlacedNode = Static<typeof PlacedNode>;
export type Placement = Static<typeof Placement>;
export type PlacedFunction = Static<typeof PlacedFunction>;
