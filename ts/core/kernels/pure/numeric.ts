/** What the pure kernels stand on: the pure twin of `crates/numeric`, bit for bit. */
export { exp, ln } from './number-function.js';
export { quantile } from './number-quantile.js';
export { remainder60000, SplitMix64 } from './number-random.js';
