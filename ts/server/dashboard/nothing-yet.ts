/** What a page says before the first call has come. */
import { h } from './dom.js';

/** Where no call has come. */
export const NOTHING_YET = 'Nothing to compare yet: no call has come';

/** The way to the first call. */
export const waysToCalls = (): HTMLElement =>
  h('p', { class: 'lead' }, 'The ', h('a', { href: '#/' }, 'overview'), ' says how to bring calls.');
