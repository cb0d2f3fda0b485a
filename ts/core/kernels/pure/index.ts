/** All kernels in plain TypeScript: honest work where no compiled backend is there, and what the compiled ones are measured against. */
import type { Kernels } from '../contract.js';
import { keepalive } from './keepalive.js';
import { platform } from './platform/index.js';
import { policy } from './policy/index.js';
import { replay } from './replay/index.js';

export const pure: Kernels = { ...keepalive, ...policy, ...replay, ...platform };
