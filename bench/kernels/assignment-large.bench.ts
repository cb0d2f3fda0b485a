/** Assignments of sixteen classes at 4000 x 4000: peers take up to a minute each. */
import type { Bench } from '../harness.js';
import { ofSize, within } from './assignment-classes.js';

export default (bench: Bench): Promise<void> =>
  within(bench, (surroundings) => ofSize(bench, surroundings, { rows: 4000, cols: 4000, rounds: 1 }));
