/** The facts of the real day 1 of the Azure Functions 2019 trace, which lies beside the project and not in it. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openSources } from '../../ts/core/cli/sources.js';
import { readTrace } from '../../ts/core/trace/index.js';

const DAY = fileURLToPath(new URL('../../../shared/data/azure2019-day1', import.meta.url));
const isThere = existsSync(DAY);

test.skipIf(!isThere && !process.env.CI)(
  'day 1 (../shared/data/azure2019-day1) has 400 functions and 18,452,673 calls',
  async () => {
    expect(isThere, `${DAY} is missing`).toBe(true);
    const { trace, format, rows, notes, badRows } = await readTrace(await openSources(DAY));
    expect({ format, rows, notes, badRows }).toEqual({ format: 'azure2019', rows: 1180, notes: [], badRows: 0 });
    expect(trace).toMatchObject({ kind: 'counts', minutes: 1440, calls: 18_452_673 });
    const { keys, trigger, memoryMiB, index } = trace.functions;
    expect(keys.length).toBe(400);
    expect(new Set(keys.map((key) => key.slice(0, key.lastIndexOf('/')))).size).toBe(380);
    expect(index).toEqual(Float64Array.from(keys, (_, f) => f));
    expect(trigger.every((name) => name !== '')).toBe(true);
    expect(memoryMiB.every((size) => size > 0)).toBe(true);
  },
);
