/** The store: embedded in a folder or in PostgreSQL, through the same SQL. */
export { checkFacts } from './admission.js';
export { copyStore } from './copy.js';
export { inFeedOrder } from './feed-order.js';
export { openStore } from './open.js';
export { placedCall, placedCount } from './placed.js';
export type * from './rows.js';
export { TOTAL_NAMES } from './rows.js';
export type { Store, StoreOptions } from './store.js';
