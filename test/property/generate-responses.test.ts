import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IsothermError } from '../../ts/core/kernels/error.js';
import { bytesSource } from '../../ts/core/trace/index.js';
import { generateResponses } from '../../ts/core/trace/responses/generate.js';
import { readResponses } from '../../ts/core/trace/responses/read.js';
import { RESPONSE_COLUMNS, type Responses } from '../../ts/core/trace/responses/records.js';
import { writeResponses } from '../../ts/core/trace/responses/write.js';
import { mean, variance } from './generate-counts.js';

async function written(responses: Responses): Promise<Uint8Array> {
  return new Uint8Array(await new Blob([...writeResponses(responses).chunks] as BlobPart[]).arrayBuffer());
}

const source = (text: string) => bytesSource('responses.csv', new TextEncoder().encode(text));

const rootMeanSquare = (errors: Float64Array): number => Math.sqrt(mean(errors.map((error) => error * error)));

describe('the model of response times', () => {
  const { responses, meanMs, medianMs, irreducibleError } = generateResponses({
    functions: 12,
    minutes: 10080,
    seed: 1,
  });
  const errorsOf = (predicted: (at: number) => number): Float64Array =>
    responses.responseMs.map((response, at) => response - predicted(at));

  test('leaves the oracle the error that it states, and no more', () => {
    const oracle = rootMeanSquare(errorsOf((at) => meanMs[at]!));
    expect(oracle / irreducibleError.rmseMs).toBeCloseTo(1, 1);
    expect(Math.abs(mean(errorsOf((at) => meanMs[at]!)))).toBeLessThan(0.02 * irreducibleError.rmseMs);
    const absolute = mean(errorsOf((at) => medianMs[at]!).map(Math.abs));
    expect(absolute / irreducibleError.maeMs).toBeCloseTo(1, 2);
  });

  test('leaves a constant predictor, and one that knows only the function, far more', () => {
    const average = mean(responses.responseMs);
    expect(Math.sqrt(variance(responses.responseMs))).toBeGreaterThan(3 * irreducibleError.rmseMs);
    expect(mean(errorsOf(() => average).map(Math.abs))).toBeGreaterThan(3 * irreducibleError.maeMs);
    const sums = new Float64Array(12);
    for (let at = 0; at < meanMs.length; at++) sums[responses.functionOf[at]!]! += responses.responseMs[at]! / 10080;
    const perFunction = rootMeanSquare(errorsOf((at) => sums[responses.functionOf[at]!]!));
    expect(perFunction).toBeGreaterThan(1.3 * irreducibleError.rmseMs);
  });

  test('is worsened by any bias of the oracle', () => {
    const oracle = rootMeanSquare(errorsOf((at) => meanMs[at]!));
    for (const factor of [0.9, 1.1])
      expect(rootMeanSquare(errorsOf((at) => factor * meanMs[at]!))).toBeGreaterThan(oracle);
  });

  test('makes calls slower under load, and with a cold start', () => {
    for (let f = 0; f < 12; f++) {
      const quiet: number[] = [];
      const busy: number[] = [];
      for (let at = f; at < meanMs.length; at += 12) {
        if (responses.coldStart[at] === 1) continue;
        if (responses.cpuPercent[at]! < 25) quiet.push(responses.responseMs[at]!);
        if (responses.cpuPercent[at]! > 50) busy.push(responses.responseMs[at]!);
      }
      if (quiet.length > 30 && busy.length > 30) expect(mean(busy)).toBeGreaterThan(mean(quiet));
    }
    const cold = [...responses.coldStart.keys()].filter((at) => responses.coldStart[at] === 1);
    expect(cold.length).toBeGreaterThan(100);
    for (const at of cold) {
      expect(responses.coldStartMs[at]).toBeGreaterThan(0);
      expect(responses.responseMs[at]).toBeGreaterThan(responses.coldStartMs[at]!);
    }
  });

  test('keeps every column to its range', () => {
    const within = (values: Float64Array, low: number, high: number): void => {
      expect(values.every((value) => value >= low && value <= high)).toBe(true);
    };
    within(responses.cpuPercent, 0, 100);
    within(responses.memoryPercent, 0, 100);
    within(responses.throttlingRate, 0, 1);
    within(responses.errorRate, 0, 1);
    within(responses.responseMs, 0, 1e6);
    expect(responses.throttlingRate.some((rate) => rate > 0)).toBe(true);
  });
});

test('records are the same for the same seed, and function by function', () => {
  const few = generateResponses({ functions: 2, minutes: 100, seed: 9 });
  const more = generateResponses({ functions: 5, minutes: 100, seed: 9 });
  for (let minute = 0; minute < 100; minute++) {
    for (let f = 0; f < 2; f++) {
      expect(more.responses.responseMs[minute * 5 + f]).toBe(few.responses.responseMs[minute * 2 + f]);
    }
  }
  expect(generateResponses({ functions: 2, minutes: 100, seed: 10 }).responses).not.toEqual(few.responses);
});

test('records are read back as they were written', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 200 }),
      fc.nat(),
      async (functions, minutes, seed) => {
        const { responses } = generateResponses({ functions, minutes, seed });
        const reading = await readResponses(bytesSource('r.csv', await written(responses)));
        expect(reading).toEqual({ responses, bad: [], badRows: 0 });
      },
    ),
    { numRuns: 20 },
  );
});

describe('bad records', () => {
  const header = RESPONSE_COLUMNS.join(',');
  const good = 'f,2024-01-01T00:00:00Z,12.5,40,50,0,0,0,0.01';
  const errorOf = async (text: string): Promise<IsothermError> => {
    return readResponses(source(text)).then(
      () => expect.fail('no error'),
      (error: IsothermError) => error,
    );
  };

  test.each([
    ['f,2024-01-01T00:00:00Z,-1,40,50,0,0,0,0', 'BAD_NUMBER', 3, 'milliseconds >= 0'],
    ['f,2024-01-01T00:00:00Z,1,101,50,0,0,0,0', 'BAD_NUMBER', 4, 'percent, 0..100'],
    ['f,2024-01-01T00:00:00Z,1,40,x,0,0,0,0', 'BAD_NUMBER', 5, 'percent, 0..100'],
    ['f,2024-01-01T00:00:00Z,1,40,50,maybe,0,0,0', 'BAD_NUMBER', 6, '0, 1, true or false'],
    ['f,2024-01-01T00:00:00Z,1,40,50,0,inf,0,0', 'BAD_NUMBER', 7, 'milliseconds >= 0'],
    ['f,2024-01-01T00:00:00Z,1,40,50,0,0,1.5,0', 'BAD_NUMBER', 8, 'a share, 0..1'],
    ['f,2024-01-01T00:00:00Z,1,40,50,0,0,0,', 'BAD_NUMBER', 9, 'a share, 0..1'],
    ['f,yesterday,1,40,50,0,0,0,0', 'BAD_TIME', 2, 'ISO 8601'],
    ['f,2023-12-31T23:59:59Z,1,40,50,0,0,0,0', 'TIME_ORDER', 2, 'at or after'],
  ])('%s', async (row, code, column, expected) => {
    const error = await errorOf(`${header}\n${good}\n${row}\n`);
    expect(error).toMatchObject({ code, place: { file: 'responses.csv', line: 3, column } });
    expect(error.message).toContain(expected);
    const reading = await readResponses(source(`${header}\n${good}\n${row}\n${good}\n`), { skipBad: true });
    expect(reading.badRows).toBe(1);
    expect(reading.bad[0]).toMatchObject({ code, line: 3, column });
    expect(reading.responses.responseMs).toEqual(Float64Array.of(12.5, 12.5));
  });

  test('a row of another length, a header that lacks a column, no records', async () => {
    expect(await errorOf(`${header}\n${good},1\n`)).toMatchObject({ code: 'BAD_ROW', place: { line: 2 } });
    const lacking = await errorOf('FunctionID,Timestamp\nf,1\n');
    expect(lacking.code).toBe('BAD_HEADER');
    expect(lacking.message).toContain('ResponseTime');
    expect(await errorOf(`${header}\n`)).toMatchObject({ code: 'EMPTY_INPUT' });
    expect(await errorOf('')).toMatchObject({ code: 'EMPTY_INPUT' });
  });

  test('columns may come in any order, flags as words', async () => {
    const columns = [...RESPONSE_COLUMNS].reverse().join(',');
    const { responses } = await readResponses(source(`${columns}\n0.5,0.25,7,true,50,40,12.5,1704067200,f\n`));
    expect(responses).toMatchObject({
      functionIds: ['f'],
      coldStart: Uint8Array.of(1),
      errorRate: Float64Array.of(0.5),
    });
    expect(responses.timestampMs).toEqual(Float64Array.of(1704067200000));
  });
});

test('wrong options have a code', () => {
  for (const options of [
    { functions: 0 },
    { functions: 1.5 },
    { minutes: 0 },
    { seed: -1 },
    { functions: 1e5, minutes: 1e6 },
  ]) {
    const attempt = () => generateResponses({ functions: 1, minutes: 1, seed: 1, ...options });
    expect(attempt).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }));
  }
});
