/** Priors as documents: with a card, and checked when they come from outside. */
import { type AdaptivePrior, IsothermError, type PriorCard, VERSION } from '../kernels/index.js';
import { PRIOR_LENGTH } from '../kernels/pure/policy/adaptive/prior-layout.js';
import type { Trace } from '../trace/index.js';
import { FOLDS, type PriorFit } from './fit-prior.js';

/** What a card says that neither the trace nor the fit knows. */
export interface PriorAbout {
  /** What the data are, for people. */
  title: string;
  /** Under which licence the data may be used, and whom to name. */
  licence: string;
  /** The trace's format and digest, as `readTrace` gives them. */
  format: string;
  digest: string;
  /** What made the prior, and when (ISO 8601). */
  command: string;
  date: string;
}

/**
 * A fit as a document to keep: its hazards, and a card with their data, command, seed, cross-validated losses and SHA-256.
 *
 * @example
 * const about = { title: 'a timer', licence: 'own', format: '', digest: '', command: '', date: '2026-11-21' };
 * const many = generateTrace({ pattern: 'calibrated', functions: 20, days: 1, seed: 1 });
 * const prior = await priorWithCard(many, fitPrior(many), about);
 * prior.card.crossValidation.folds; // 5
 */
export async function priorWithCard(trace: Trace, fit: PriorFit, about: PriorAbout): Promise<AdaptivePrior> {
  const { title, licence, format, digest, command, date } = about;
  const { spread, seed, gaps, rowGaps, openGaps, logLoss } = fit;
  const { minutes, calls } = trace;
  const hazards = [...fit.hazards];
  const card: PriorCard = {
    data: { title, licence, format, digest, functions: trace.functions.keys.length, minutes, calls },
    fit: { command, date, version: VERSION, spread, seed, gaps, rowGaps, openGaps },
    crossValidation: { folds: FOLDS, logLoss },
    sha256: await hazardDigest(hazards),
  };
  return { card, hazards };
}

/**
 * A prior from the text of its document, as `isotherm fit` writes it.
 *
 * Errors: `BAD_ARGUMENT`, with the file: no JSON, parts are missing, a hazard is outside (0, 1), or hazards and card do not belong together.
 *
 * @example
 * const text = JSON.stringify(ADAPTIVE_PRIOR);
 * (await parsePrior(text, 'adaptive-prior.json')).hazards.length; // 586
 */
export async function parsePrior(text: string, file: string): Promise<AdaptivePrior> {
  const refuse = (problem: string, cause?: unknown): never => {
    const expected = 'a prior that isotherm fit wrote';
    throw new IsothermError('BAD_ARGUMENT', `${file}: ${problem}; expected ${expected}`, {
      cause,
      place: { file, expected },
    });
  };
  let prior: { card?: Partial<PriorCard>; hazards?: unknown } | null;
  try {
    prior = JSON.parse(text);
  } catch (cause) {
    return refuse('this is no JSON', cause);
  }
  const { card, hazards } = prior ?? {};
  if (!Array.isArray(hazards) || hazards.length !== PRIOR_LENGTH) return refuse(`it has no ${PRIOR_LENGTH} hazards`);
  const wrong = hazards.findIndex((hazard) => !(typeof hazard === 'number' && hazard > 0 && hazard < 1));
  if (wrong >= 0) return refuse(`hazard ${wrong} is ${hazards[wrong]}, not within 0 and 1`);
  const complete =
    typeof card?.data === 'object' &&
    typeof card.data.digest === 'string' &&
    typeof card.data.title === 'string' &&
    typeof card.fit === 'object' &&
    typeof card.crossValidation === 'object';
  if (!complete) return refuse('parts of its card are missing');
  if (card.sha256 !== (await hazardDigest(hazards))) return refuse('its hazards are not those that its card is about');
  return prior as AdaptivePrior;
}

async function hazardDigest(hazards: readonly number[]): Promise<string> {
  const bytes = new DataView(new ArrayBuffer(8 * hazards.length));
  for (let i = 0; i < hazards.length; i++) bytes.setFloat64(8 * i, hazards[i]!, true);
  const digest = await crypto.subtle.digest('SHA-256', bytes.buffer);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
