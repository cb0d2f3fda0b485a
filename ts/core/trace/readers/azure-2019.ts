import { IsothermError } from '../../kernels/error.js';
import type { CountsTrace } from '../trace.js';
import { InvocationDays } from './azure-2019-invocations.js';
import { readDurations, readMemory } from './azure-2019-sizes.js';
import type { ByteSource } from './byte-source.js';
import type { FilePart } from './format.js';
import type { Reading } from './reading.js';

/** A file of the schema, and which of its three kinds it is. */
export interface Azure2019File {
  source: ByteSource;
  part: FilePart;
}

/**
 * Reads the Azure 2019 schema: invocations per minute, and where they are there the files of durations and of memory, of
 * one day or of several (in the order of their names). Counts, keys and defaults as `docs/replay.md` defines them.
 */
export async function readAzure2019(
  place: string,
  files: readonly Azure2019File[],
  reading: Reading,
): Promise<CountsTrace> {
  const of = (part: FilePart): ByteSource[] => {
    const sources = files.filter((file) => file.part === part).map((file) => file.source);
    return sources.sort((a, b) => compareNames(a.name, b.name));
  };
  const invocations = of('invocations');
  if (invocations.length === 0) {
    const expected = 'a file with the columns HashOwner, HashApp, HashFunction and a column per minute';
    const problem = `no file of invocations among ${files.map((file) => file.source.name).join(', ')}`;
    throw new IsothermError('MISSING_FILE', `${place}: ${problem}; expected ${expected}`, {
      place: { file: place, expected },
    });
  }
  const days = new InvocationDays();
  for (const source of invocations) await days.read(source, reading);
  const { durationMs, callDurations } = await readDurations(of('durations'), days, reading);
  const { memoryMiB } = await readMemory(of('memory'), days, reading);
  return {
    kind: 'counts',
    functions: {
      keys: days.functions.keys,
      durationMs,
      memoryMiB,
      trigger: days.trigger,
      index: Float64Array.from(days.index),
      ...(callDurations === undefined ? {} : { callDurations }),
    },
    minutes: days.minutes,
    originMs: Number.NaN,
    ...days.cells.finish(days.functions.keys.length, 0),
  };
}

/** File names in the order of people: runs of digits by their value, so that d2 comes before d10. */
export function compareNames(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    if (left[i] === right[i]) continue;
    const difference = Number(left[i]) - Number(right[i]);
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
    return left[i] < right[i] ? -1 : 1;
  }
  return left.length - right.length;
}
