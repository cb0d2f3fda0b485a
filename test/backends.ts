/** Every backend that is built, side by side, for tests that compare them in one process. */
import { missingParts } from '../scripts/build/surroundings.mjs';
import { kernelsOf } from '../ts/core/kernels/backend.js';
import type { Backend } from '../ts/core/kernels/contract.js';

const missing = missingParts();
const built: Backend[] = [
  ...(missing.native === undefined ? (['native'] as const) : []),
  ...(missing.wasm === undefined ? (['wasm'] as const) : []),
  'pure',
];

export const backends = built.map((name) => ({ name, kernels: kernelsOf(name) }));
