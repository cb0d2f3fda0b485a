/** Learning: what is fitted to traces, and the cards that say from which. */
export { type FitOptions, fitPrior, fitPriorAsync, type PriorFit } from './fit-prior.js';
export { type PriorAbout, parsePrior, priorWithCard } from './prior-card.js';
