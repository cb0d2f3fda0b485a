/** A prior of the adaptive policy, with its card. */

/**
 * Mean loss per idle time, nats: the negative logarithm of the probability that was given to its bin, or where it went on when the trace
 * ended to that or a later one. Less is better.
 */
export interface LogLoss {
  /** Under the prior alone, which knows the level's mean and how many idle times it has had. */
  prior: number;
  /** With every bin as probable as any other. */
  uniform: number;
  /** Under the level's own idle times so far, without a prior: two more are spread evenly over the bins. */
  ownGaps: number;
  /** Under the prior and the level's own idle times so far: the prior counts as two of them. */
  priorAndOwnGaps: number;
}

/** Where a prior is from, and what it is worth. */
export interface PriorCard {
  data: {
    title: string;
    licence: string;
    format: string;
    /** Of the trace, as `traceDigest` gives it. */
    digest: string;
    functions: number;
    minutes: number;
    calls: number;
  };
  fit: {
    command: string;
    /** ISO 8601. */
    date: string;
    version: string;
    /** How the calls of a minute were laid; `recorded` where the trace has the calls themselves. */
    spread: 'even' | 'poisson' | 'trigger' | 'recorded';
    seed: number;
    /** Idle times that count, in all and by row: level 0 before any is known, after 1, after 2 to 4, after 5; the same of levels above. */
    gaps: number;
    rowGaps: readonly number[];
    /** Those of them that went on when the trace ended: as long at least. */
    openGaps: number;
  };
  /** Every idle time under a prior that was fitted on the functions of the other folds. */
  crossValidation: { folds: number; logLoss: LogLoss };
  /** Of the hazards as 64-bit floats, little-endian. */
  sha256: string;
}

export interface AdaptivePrior {
  card: PriorCard;
  /** `[586]`, each within (0, 1); `docs/prior.md` has their order. */
  hazards: readonly number[];
}
