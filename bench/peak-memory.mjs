/** Preloaded into a measured process: writes its peak resident memory, KiB, to the file that ISOTHERM_BENCH_PEAK names. */
import { writeFileSync } from 'node:fs';

const file = process.env.ISOTHERM_BENCH_PEAK;
process.on('exit', () => writeFileSync(file, String(process.resourceUsage().maxRSS)));
