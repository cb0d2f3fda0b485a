/** The words of the pages, each with one meaning, for whoever meets them first. */
import { CONFORMAL_ORIGINS, ERRORS_OF_AN_INTERVAL } from '../../core/forecast/conformal.js';
import { h } from './dom.js';

const TERMS = {
  actual: 'What happened, as the source of calls told it.',
  forecast: 'Calls that the model in use gave for a time before it came.',
  interval: `The range that shall hold 90\u00a0% of the actual counts. It is made of the errors of the model on this function in its last blocks, ${CONFORMAL_ORIGINS} at most.`,
  block: 'Ten minutes. Each is forecast as a whole, and scored once it is over.',
  coverage: 'The share of scored blocks whose actual count lay in the interval.',
  'mean error': 'By how many calls in a block forecast and actual count differ, in the mean and whichever way.',
  learning: `A function with fewer than ${ERRORS_OF_AN_INTERVAL} scored blocks of ten minutes: too few errors to hold 90\u00a0%.`,
  demoted: 'A model that was wrong by more than another one of late, which is used in its place until it does better.',
  desired: 'Instances that shall be warm, as decided. Isotherm is in shadow: nothing is started or ended by it.',
  warm: 'Instances that are started, whether busy or idle, as the decisions would have it.',
  busy: 'Of the warm ones, those with a call.',
  pool: 'Instances kept warm whatever the calls do, where the forecast has them earn their place.',
  'keep-alive': 'How long an instance stays warm after its last call.',
  'cold start': 'A call that finds no warm instance and waits for one to start.',
  cost: 'Idle memory, waiting for cold starts and starts ahead of calls, at the configured prices: what the policy minimises, and no bill.',
  'fixed-10min': 'Every instance stays warm for ten minutes after its last call, replayed over the same calls.',
} as const;

export type Term = keyof typeof TERMS;

/** What some of them mean, folded away. */
export function legend(...terms: readonly Term[]): HTMLElement {
  return h(
    'details',
    { class: 'legend' },
    h('summary', {}, 'What the words mean'),
    h('dl', {}, ...terms.map((term) => h('div', {}, h('dt', {}, term), h('dd', {}, TERMS[term])))),
  );
}
