/** What a rolling decision about placement followed from, and what it came to. */
import type { Backend } from '../../../kernels/contract.js';
import type { PlacementLimits, TermTotals, TermWeights } from '../input.js';
import type { HeldMove, HeldReason, MigrationRules, MigrationStep } from '../migration.js';
import type { NotPlaced } from '../place.js';
import type { Proof } from '../solve/solve.js';

export interface PlacementSetting {
  rules: MigrationRules;
  /** `PLACEMENT_WEIGHTS` where left out. */
  weights: Partial<TermWeights>;
  limits: PlacementLimits;
  /** `provider:region` that measured calls are taken to come from; null: they are not counted. */
  usersIn: string | null;
  /** What data and state are moved with between regions, Gbit/s; 1 where left out. */
  linkGbps?: number;
}

/** A move with what it changes of the function's own part of the terms; null where it was nowhere. */
export interface ExplainedStep extends MigrationStep {
  before: TermTotals | null;
  /** Where it is after the last step of the decision. */
  after: TermTotals;
}

/** A placement that could be had: all where they are, after the steps, or the one that is aimed at. */
export interface PlacementAlternative {
  name: 'as it is' | 'after the moves' | 'the best that was found';
  /** Above what every function would have on its best nodes. */
  cost: number;
  /** How much of it may be too much: (cost - bound) / cost. */
  gap: number;
  terms: TermTotals;
}

/** What else could be done with the functions that are moved. */
export interface OtherMoves extends Omit<PlacementAlternative, 'name'> {
  /** Functions that would be on another node than after the moves; on the one where they were, where they would stay. */
  instead: { name: string; node: string }[];
}

/** Why no more was moved, in the order of `HELD_REASONS`. */
export const PLACEMENT_BOUNDS = ['leastGain', 'coolDownMs', 'mostMoves', 'capacity', 'paused'] as const;
export type PlacementBound = (typeof PLACEMENT_BOUNDS)[number];

/** A rolling decision about placement with everything it followed from: the same inputs give the same bits again. */
export interface PlacementReceipt {
  kind: 'placement';
  /** Unique: of the inputs and the tick. */
  id: string;
  tick: number;
  /** Ms since the epoch of the control plane. */
  atMs: number;
  setting: PlacementSetting;
  /** SHA-256 of the files, of what was measured and of the state before, as JSON; and over all three and the setting. */
  inputs: { given: string; seen: string; before: string };
  inputsDigest: string;
  fleet: {
    functions: number;
    nodes: number;
    /** Functions of which something measured stands in, and those of them whose figures are not of now. */
    measured: number;
    held: number;
    /** Functions that are not placed, as nobody knows their memory: how many, and the first of them. */
    leftOut: { functions: number; names: string[] };
  };
  steps: ExplainedStep[];
  /** Functions that stay, though the best placement that was found has them elsewhere: how many for which reason, and the first of them. */
  staying: { functions: number; reasons: Partial<Record<HeldReason, number>>; first: HeldMove[] };
  /** What was decided and why, in a sentence. */
  reason: string;
  /** Empty where no placement keeps the limits, or a function is nowhere. */
  alternatives: PlacementAlternative[];
  /** The best three other sets of nodes for the first five functions that are moved, while all others are where they are after the moves; empty where no function moves. */
  otherMoves: OtherMoves[];
  /** No placement within the limits costs less, and how that is known; null where there is none. */
  bound: number | null;
  proof: Proof | null;
  /** Why there is no placement; null where there is one. */
  notPlaced: NotPlaced | null;
  /** What kept moves back. */
  limits: PlacementBound[];
  /** SHA-256 of the state that the next decision begins with. */
  after: string;
  /** Where round trips and prices of bytes are from. */
  network: string;
  seed: number;
  backend: Backend;
  version: string;
}
