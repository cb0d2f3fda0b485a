/** All kernels in plain TypeScript: honest work where no compiled backend is there, and what the compiled ones are measured against. */
import type { Kernels } from '../contract.js';
import { advantage } from './advantage/index.js';
import { arima } from './arima/index.js';
import { assignment } from './assignment/index.js';
import { keepalive } from './keepalive.js';
import { memoryCap } from './memory-cap/index.js';
import { multipleChoice } from './multiple-choice/index.js';
import { platform } from './platform/index.js';
import { policy } from './policy/index.js';
import { replay } from './replay/index.js';

export const pure: Kernels = {
  ...advantage,
  ...arima,
  ...assignment,
  ...keepalive,
  ...multipleChoice,
  ...policy,
  ...replay,
  ...memoryCap,
  ...platform,
};
