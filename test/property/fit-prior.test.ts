/** Priors: their arithmetic on idle times made by hand, and that cross-validation keeps functions apart. */
import { describe, expect, it } from 'vitest';
import { type AdaptivePrior, IsothermError } from '../../ts/core/kernels/index.js';
import { EDGES } from '../../ts/core/kernels/pure/policy/adaptive/bins.js';
import { PRIOR_LENGTH, rowStart } from '../../ts/core/kernels/pure/policy/adaptive/prior-layout.js';
import { foldOf } from '../../ts/core/learn/fit-prior.js';
import { GapRecords } from '../../ts/core/learn/gap-records.js';
import { countFunction, noCounts, sumOfCounts } from '../../ts/core/learn/hazard-counts.js';
import { fitPrior, fitPriorAsync, parsePrior, priorWithCard } from '../../ts/core/learn/index.js';
import { LossSum } from '../../ts/core/learn/log-loss.js';
import { smoothed } from '../../ts/core/learn/smooth.js';
import { type CallsTrace, generateTrace, type Trace } from '../../ts/core/trace/index.js';

const sixDigits = (value: number): number => Number(value.toPrecision(6));

describe('hazards', () => {
  it('are drawn towards the mean of their row, and that towards the mean of all', () => {
    const counts = noCounts();
    // Level 0, first row: 100 idle times reach bins 0 to 2; 10, 30 and 60 end there.
    for (const [bin, [reached, ended]] of [
      [100, 10],
      [90, 30],
      [60, 60],
    ].entries()) {
      counts.reached[bin] = reached!;
      counts.ended[bin] = ended!;
    }
    const hazards = smoothed(counts);
    const all = 100 / 250;
    const row = (100 + 16 * all) / (250 + 16);
    expect(hazards[0]).toBe(sixDigits((10 + 16 * row) / (100 + 16)));
    expect(hazards[2]).toBe(sixDigits((60 + 16 * row) / (60 + 16)));
    // Never reached: what its row, or all of them, say.
    expect(hazards[50]).toBe(sixDigits(row));
    expect(hazards[rowStart(5)]).toBe(sixDigits(all));
  });

  it('take in neighbours beyond three offsets from the mean only', () => {
    const counts = noCounts();
    const start = rowStart(1);
    // Offsets 2 and 10: cells 38 and 46.
    for (const cell of [38, 46]) {
      counts.reached[start + cell] = 100;
      counts.ended[start + cell] = 50;
    }
    const hazards = smoothed(counts);
    const mean = 0.5;
    expect(hazards[start + 37]).toBe(mean);
    counts.ended[start + 38] = 0;
    counts.ended[start + 46] = 100;
    const other = smoothed(counts);
    expect(other[start + 37]).toBe(mean);
    expect(other[start + 38]).toBe(sixDigits((16 * mean) / 116));
    expect(other[start + 45]).toBe(sixDigits((75 + 16 * mean) / (75 + 16)));
    expect(other[start + 43]).toBe(sixDigits((25 + 16 * mean) / (25 + 16)));
    expect(other[start + 42]).toBe(mean);
  });

  it('are within 0 and 1, whatever was counted', () => {
    for (const endedAll of [true, false]) {
      const counts = noCounts();
      counts.reached.fill(1e9);
      if (endedAll) counts.ended.fill(1e9 - 1);
      else counts.ended[0] = 1;
      expect(smoothed(counts).every((hazard) => hazard > 0 && hazard < 1)).toBe(true);
    }
  });
});

describe('losses', () => {
  it('are those of each idle time under what was known before it', () => {
    const records = new GapRecords();
    for (let n = 0; n < 2; n++) records.add(0, EDGES[1]!);
    records.endFunction(0);
    const hazards = new Float64Array(PRIOR_LENGTH).fill(0.1);
    const losses = new LossSum();
    losses.add(records, 0, hazards);
    const { prior, uniform, ownGaps, priorAndOwnGaps } = losses.mean();
    const close = (value: number, expected: number) => expect(value).toBeCloseTo(expected, 12);
    close(prior, -Math.log(0.9 * 0.1));
    close(uniform, Math.log(74));
    close(ownGaps, -(Math.log(1 / 74) + Math.log((1 + 2 / 74) / 3)) / 2);
    // One idle time passed bin 0 and ended in bin 1; the prior counts as two.
    const second = (1 - 0.2 / 3) * (1.2 / 3);
    close(priorAndOwnGaps, -(Math.log(0.09) + Math.log(second)) / 2);
  });

  it('of the last bin are those of passing all before it', () => {
    const records = new GapRecords();
    records.add(0, 2 ** 28);
    records.endFunction(0);
    const losses = new LossSum();
    losses.add(records, 0, new Float64Array(PRIOR_LENGTH).fill(0.1));
    expect(losses.mean().prior).toBeCloseTo(-73 * Math.log(0.9), 10);
  });
});

const trace = generateTrace({ pattern: 'calibrated', functions: 60, days: 1, seed: 3, calls: 100_000 });

/** The trace, one function's calls moved about. */
function altered(functionNumber: number): Trace {
  const cells = trace.cells.slice();
  // The calls of its first minute: one more, still one byte.
  const at = trace.offsets[functionNumber]!;
  let count = at;
  while (cells[count]! >= 128) count++;
  count++;
  if (cells[count]! >= 100) throw new Error('the function is too busy to alter');
  cells[count] = cells[count]! + 20;
  return { ...trace, cells, calls: trace.calls + 20 };
}

describe('a fit', () => {
  const fit = fitPrior(trace);

  it('foretells better than no prior, and is the same again', () => {
    const { prior, uniform, ownGaps, priorAndOwnGaps } = fit.logLoss;
    expect(prior).toBeLessThan(uniform);
    expect(priorAndOwnGaps).toBeLessThan(ownGaps);
    expect(fit.rowGaps.reduce((sum, count) => sum + count, 0)).toBe(fit.gaps);
    expect(fitPrior(trace)).toEqual(fit);
    expect(fit.hazards.every((hazard) => hazard > 0 && hazard < 1)).toBe(true);
  });

  it('of a fold knows nothing of the functions in it', () => {
    for (const f of [0, 7, 23]) {
      if (trace.offsets[f] === trace.offsets[f + 1]) continue;
      const again = fitPrior(altered(f));
      const own = foldOf(trace.functions.index[f]!);
      expect(again.folds[own]).toEqual(fit.folds[own]);
      expect(again.hazards).not.toEqual(fit.hazards);
      again.folds.forEach((fold, k) => {
        if (k !== own) expect(fold).not.toEqual(fit.folds[k]);
      });
    }
  });

  it('of a fold is the fit of the others', () => {
    const records = new GapRecords();
    const parts = Array.from({ length: 5 }, noCounts);
    for (let f = 0; f < 10; f++) {
      for (let n = 0; n < 40; n++) records.add(0, EDGES[10 + f]!);
      records.endFunction(f);
      countFunction(records, f, parts[foldOf(f)]!);
    }
    const others = noCounts();
    for (const f of [0, 2, 3, 4, 5, 7, 8, 9]) countFunction(records, f, others);
    expect(sumOfCounts(parts.filter((_, k) => k !== 1))).toEqual(others);
  });

  it('depends on spread and seed where the calls of a minute lie at random, and on nothing else', async () => {
    expect(fitPrior(trace, { seed: 2 }).hazards).not.toEqual(fit.hazards);
    const even = fitPrior(trace, { spread: 'even' });
    expect(even.hazards).not.toEqual(fit.hazards);
    expect(fitPrior(trace, { spread: 'even', seed: 2 }).hazards).toEqual(even.hazards);
    let done = 0;
    const onProgress = (calls: number): void => {
      done = calls;
    };
    expect(await fitPriorAsync(trace, {}, { onProgress })).toEqual(fit);
    expect(done).toBeLessThanOrEqual(trace.calls);
  });

  it('takes calls one by one', () => {
    const functions = 6;
    const perFunction = 40;
    const calls = functions * perFunction;
    const recorded: CallsTrace = {
      kind: 'calls',
      functions: {
        keys: Array.from({ length: functions }, (_, f) => `f${f}`),
        durationMs: new Float64Array(functions).fill(100),
        memoryMiB: new Float64Array(functions).fill(128),
        trigger: new Array<string>(functions).fill(''),
        index: Float64Array.from({ length: functions }, (_, f) => f),
      },
      minutes: 1440,
      originMs: Number.NaN,
      calls,
      offsets: Float64Array.from({ length: functions + 1 }, (_, f) => f * perFunction),
      startMs: Float64Array.from({ length: calls }, (_, at) => (at % perFunction) * 60_000),
      durationMs: new Uint32Array(calls).fill(100),
      columns: {},
    };
    const { spread, gaps, rowGaps, logLoss } = fitPrior(recorded);
    expect([spread, gaps, rowGaps]).toEqual(['recorded', 210, [6, 6, 18, 180, 0, 0, 0, 0]]);
    expect(logLoss.prior).toBeLessThan(1);
  });

  it('refuses what it cannot be cross-validated on, and what is out of range', async () => {
    const code = (fitting: () => unknown): string | undefined => {
      try {
        fitting();
      } catch (thrown) {
        return thrown instanceof IsothermError ? thrown.code : String(thrown);
      }
      return undefined;
    };
    const one = generateTrace({ pattern: 'timer', functions: 1, days: 1, seed: 1 });
    expect(code(() => fitPrior(one))).toBe('BAD_ARGUMENT');
    expect(code(() => fitPrior(trace, { spread: 'odd' as 'even' }))).toBe('BAD_ARGUMENT');
    expect(code(() => fitPrior(trace, { seed: -1 }))).toBe('OUT_OF_RANGE');
    const signal = AbortSignal.abort();
    await expect(fitPriorAsync(trace, {}, { signal })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('a prior as a document', () => {
  const about = { title: 't', licence: 'l', format: 'f', digest: 'd', command: 'c', date: '2026-11-21' };
  const made = (): Promise<AdaptivePrior> => priorWithCard(trace, fitPrior(trace), about);

  it('comes back as it was, with what its card says', async () => {
    const prior = await made();
    expect(prior.card.data).toEqual({
      title: 't',
      licence: 'l',
      format: 'f',
      digest: 'd',
      functions: 60,
      minutes: 1440,
      calls: trace.calls,
    });
    expect(prior.card.fit).toMatchObject({ command: 'c', date: '2026-11-21', spread: 'trigger', seed: 1 });
    expect(await parsePrior(JSON.stringify(prior), 'p.json')).toEqual(prior);
  });

  it('is refused with its file where it is not whole', async () => {
    const prior = await made();
    const { card, hazards } = prior;
    const damaged: [text: string, problem: RegExp][] = [
      ['{', /p\.json: this is no JSON/],
      ['null', /586 hazards/],
      [JSON.stringify({ card, hazards: hazards.slice(1) }), /586 hazards/],
      [JSON.stringify({ card, hazards: hazards.with(3, 1) }), /hazard 3 is 1/],
      [JSON.stringify({ card, hazards: hazards.with(3, Number.NaN) }), /hazard 3 is null/],
      [JSON.stringify({ card, hazards: hazards.with(3, 0.5) }), /not those that its card is about/],
      [JSON.stringify({ hazards }), /card/],
      [JSON.stringify({ card: { ...card, fit: undefined }, hazards }), /card/],
    ];
    for (const [text, message] of damaged) {
      const refused = expect(parsePrior(text, 'p.json')).rejects;
      await refused.toMatchObject({
        code: 'BAD_ARGUMENT',
        place: { file: 'p.json' },
        message: expect.stringMatching(message),
      });
    }
  });
});
