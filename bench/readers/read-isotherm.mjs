/** One round of Isotherm's reader in a process of its own: `node read-isotherm.mjs FILE` prints what it found and took. */
import { openSources } from '../../ts/core/dist/cli/sources.js';
import { readTrace } from '../../ts/core/dist/trace/index.js';

const sources = await openSources(process.argv[2]);
const from = performance.now();
const { trace, rows } = await readTrace(sources);
const ms = performance.now() - from;
const seconds = trace.durationMs.reduce((sum, duration) => sum + duration, 0) / 1000;
const functions = trace.functions.keys.length;
const peakMiB = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ ms, peakMiB, rows, functions, seconds }));
