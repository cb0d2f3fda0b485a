/** Isotherm: what to keep warm, and what it saves. Each part is also a subpath: `isotherm/kernels`, `isotherm/trace`, … */
export * from './decide/index.js';
export * from './evaluate/index.js';
export * from './forecast/index.js';
export * from './kernels/index.js';
export * from './learn/index.js';
export * from './trace/index.js';
