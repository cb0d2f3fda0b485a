/** Idle times of levels, and where a prior has them, on calls made by hand. */
import { describe, expect, it } from 'vitest';
import { BINS, binOf, classOf, EDGES } from '../../ts/core/kernels/pure/policy/adaptive/bins.js';
import {
  cellOf,
  centreOf,
  meanAfter,
  PRIOR_LENGTH,
  ROWS,
  rowLength,
  rowStart,
  stageOf,
} from '../../ts/core/kernels/pure/policy/adaptive/prior-layout.js';
import { ConstantBusy, EachBusy } from '../../ts/core/kernels/pure/replay/busy.js';
import { GapRecords, MOST_PER_ROW } from '../../ts/core/learn/gap-records.js';
import { countFunction, noCounts } from '../../ts/core/learn/hazard-counts.js';
import { LevelGaps } from '../../ts/core/learn/level-gaps.js';

/** Levels and idle times of calls that start at `starts` and all last `duration`. */
function gapsOf(starts: number[], duration: number): [level: number, gapMs: number][] {
  const found: [number, number][] = [];
  const records = new GapRecords();
  records.add = (level, gapMs) => void found.push([level, gapMs]);
  new LevelGaps(records, new ConstantBusy(0), duration).feed(
    Float64Array.from(starts),
    starts.length,
    new Uint32Array(0),
  );
  return found;
}

describe('bins', () => {
  it('begin where their edges say, four to an octave from 1024 ms on, the last at 2^28 ms', () => {
    expect([0, 1023, 1024, 1279, 1280, 2047, 2048].map(binOf)).toEqual([0, 0, 1, 1, 2, 4, 5]);
    expect([2 ** 28 - 1, 2 ** 28, 2 ** 40].map(binOf)).toEqual([72, 73, 73]);
    for (let bin = 1; bin < BINS; bin++) {
      expect(binOf(EDGES[bin]!)).toBe(bin);
      expect(binOf(EDGES[bin]! - 1)).toBe(bin - 1);
    }
  });

  it('put levels into classes: the first eight apart, then quarter octaves', () => {
    expect([0, 1, 7, 8, 9, 10, 12, 14, 15, 16, 31].map(classOf)).toEqual([0, 1, 7, 8, 8, 9, 10, 11, 11, 12, 15]);
  });
});

describe('the rows of a prior', () => {
  it('lie one after the other', () => {
    let end = 0;
    for (let row = 0; row < ROWS; row++) {
      expect(rowStart(row)).toBe(end);
      end += rowLength(row);
    }
    expect(end).toBe(PRIOR_LENGTH);
    expect(PRIOR_LENGTH).toBe(586);
  });

  it('are by stage, and but for the first about the mean of a level', () => {
    expect([0, 1, 2, 4, 5, 1000].map(stageOf)).toEqual([0, 1, 2, 2, 3, 3]);
    expect([9.9, 10, 73.5].map(centreOf)).toEqual([9, 10, 73]);
    expect(cellOf(4, 0, 40)).toBe(40);
    expect([10, 3, 12, 73].map((bin) => cellOf(5, 10, bin))).toEqual([36, 29, 38, 72]);
    expect(cellOf(1, 73, 0)).toBe(0);
    // Of the bins' middles: 8 bins, then each idle time moves the mean by an eighth.
    let mean = 0;
    for (const [seen, bin] of [16, 8, 30].entries()) mean = meanAfter(mean, seen, bin);
    expect(mean).toBe(18.5);
    expect(meanAfter(8.5, 100, 16)).toBe(9.5);
  });
});

describe('idle times of levels', () => {
  it('are those of the instance released last, at the number of busy ones', () => {
    // One call after the other: the same instance each time.
    expect(gapsOf([0, 1000, 5000], 400)).toEqual([
      [0, 600],
      [0, 3600],
    ]);
    // Two overlap and end at 500 and 600; the call at 700 takes the later one, that at 750 the earlier.
    expect(gapsOf([0, 100, 700, 750], 500)).toEqual([
      [0, 100],
      [1, 250],
    ]);
    // A release at the moment of a call is before it.
    expect(gapsOf([0, 500], 500)).toEqual([[0, 0]]);
  });

  it('come from calls that each have a duration too', () => {
    const records = new GapRecords();
    const durations = Uint32Array.of(3000, 100, 100);
    new LevelGaps(records, new EachBusy(0), 0).feed(Float64Array.of(0, 500, 2000), 3, durations);
    records.endFunction(0);
    // The second instance was idle from 600 to 2000 while the first was busy.
    expect([...records.rows.subarray(0, records.length)]).toEqual([4]);
    expect([...records.bins.subarray(0, records.length)]).toEqual([binOf(1400)]);
    expect([...records.classes.subarray(0, records.length)]).toEqual([1]);
  });

  it('go on where the trace ends, from level to level upwards', () => {
    const found: [number, number][] = [];
    const records = new GapRecords();
    records.addOpen = (level, idleMs) => void found.push([level, idleMs]);
    // Four instances; those of the calls at 0, 10 and 20 are idle from 500, 510 and 520 on, the last is busy for ever.
    const busy = new EachBusy(0);
    const calls = new LevelGaps(records, busy, 0);
    calls.feed(Float64Array.of(0, 10, 20, 30), 4, Uint32Array.of(500, 500, 500, 1e6));
    calls.finish(10_000);
    expect(found).toEqual([
      [1, 9480],
      [2, 9490],
      [3, 9500],
    ]);
  });
});

describe('what counts', () => {
  it('is by stage and level, with the mean that was known before', () => {
    const records = new GapRecords();
    for (const gapMs of [EDGES[16]!, EDGES[8]!, EDGES[30]!]) records.add(0, gapMs);
    records.add(3, EDGES[5]!);
    records.endFunction(7);
    const column = (of: Uint8Array): number[] => [...of.subarray(0, records.length)];
    expect(column(records.rows)).toEqual([0, 1, 2, 4]);
    expect(column(records.centres)).toEqual([0, 16, 12, 0]);
    expect(column(records.bins)).toEqual([16, 8, 30, 5]);
    expect([records.starts, records.index]).toEqual([[0, 4], [7]]);
  });

  it('is at most thirty idle times of a function in a row, and its levels begin anew with the next', () => {
    const records = new GapRecords();
    for (let f = 0; f < 2; f++) {
      for (let n = 0; n < 100; n++) records.add(0, 60_000);
      records.endFunction(f);
    }
    expect(records.starts).toEqual([0, 35, 70]);
    expect([...records.rows.subarray(35, 42)]).toEqual([0, 1, 2, 2, 2, 3, 3]);
    expect(records.rows.subarray(0, 35).filter((row) => row === 3).length).toBe(MOST_PER_ROW);
  });

  it('reaches every bin up to its own, and ends there; the last bin tells nothing', () => {
    const records = new GapRecords();
    records.add(0, 1100);
    records.add(0, 2 ** 30);
    records.endFunction(0);
    const { reached, ended } = noCounts();
    countFunction(records, 0, { reached, ended });
    expect([...reached.subarray(0, 4)]).toEqual([1, 1, 0, 0]);
    expect([...ended.subarray(0, 4)]).toEqual([0, 1, 0, 0]);
    // Its mean was bin 1: bin 0 is one below, and bins from 37 on share the row's end.
    const about = reached.subarray(rowStart(1), rowStart(2));
    expect([...about.subarray(34, 39)]).toEqual([0, 1, 1, 1, 1]);
    expect(about[72]).toBe(BINS - 1 - 37);
    expect(ended.subarray(rowStart(1)).every((count) => count === 0)).toBe(true);
  });

  it('has passed the bins before that in which the trace ended, and says nothing of that one', () => {
    const records = new GapRecords();
    records.addOpen(0, EDGES[3]!);
    records.endFunction(0);
    const counts = noCounts();
    countFunction(records, 0, counts);
    expect([...counts.reached.subarray(0, 5)]).toEqual([1, 1, 1, 0, 0]);
    expect(counts.ended.every((count) => count === 0)).toBe(true);
  });
});
