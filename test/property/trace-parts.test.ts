import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CellLog } from '../../ts/core/trace/cell-log.js';
import { CellWriter, eachCell } from '../../ts/core/trace/cells.js';
import { KeyTable } from '../../ts/core/trace/key-table.js';
import { numberOf, parseNumber } from '../../ts/core/trace/readers/number-text.js';
import { Clock } from '../../ts/core/trace/readers/time-text.js';
import { stableOrder } from '../../ts/core/trace/stable-order.js';

const parse = (text: string): number => {
  const bytes = new TextEncoder().encode(text);
  return parseNumber(bytes, 0, bytes.length);
};

test('numbers are the nearest double, as Number gives it', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 24 });
  const decimal = fc.tuple(digits, fc.nat({ max: 24 }), fc.constantFrom('', '-')).map(([all, point, sign]) => {
    const at = Math.min(point, all.length - 1);
    return `${sign}${all.slice(0, at)}.${all.slice(at)}`;
  });
  const printed = fc.double({ noNaN: true, noDefaultInfinity: true }).map(String);
  const times = fc.double({ min: 0, max: 2e6, noNaN: true }).map(String);
  fc.assert(
    fc.property(fc.oneof(digits, decimal, printed, times), (text) => {
      expect(parse(text)).toBe(Number(text));
    }),
    { numRuns: 20_000 },
  );
  // Next to the middle between two doubles.
  for (const text of [
    '9007199254740993',
    '9007199254740992.5',
    '900719925474099.25',
    '4503599627370497.5',
    '1.00000000000000011',
  ]) {
    expect(parse(text)).toBe(Number(text));
  }
});

test.each([
  '',
  '.',
  '-',
  '+',
  '1.2.3',
  '1,5',
  '1e',
  'e5',
  '0x1f',
  'inf',
  'Infinity',
  'NaN',
  '1 2',
  '--1',
  '1_000',
  'true',
])('%j is no number', (text) => {
  expect(parse(text)).toBeNaN();
  expect(numberOf(text)).toBeNaN();
});

test('ISO times are what Date makes of them', () => {
  const noon = fc.date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(noon, (date) => {
      expect(new Clock().ofText(date.toISOString())).toBe(date.getTime());
    }),
    { numRuns: 2000 },
  );
});

test('keys are equal when their parts are', () => {
  const part = fc.string({ unit: fc.constantFrom('a', 'b', '/', '%', 'é', ''), maxLength: 9 });
  fc.assert(
    fc.property(fc.array(fc.tuple(part, part), { maxLength: 200 }), (pairs) => {
      const table = new KeyTable();
      const seen = new Map<string, number>();
      for (const [a, b] of pairs) {
        table.begin();
        table.partText(a);
        table.partText(b);
        const found = table.find();
        const number = table.intern();
        const known = seen.get(JSON.stringify([a, b]));
        expect(found).toBe(known ?? -1);
        expect(number).toBe(known ?? seen.size);
        seen.set(JSON.stringify([a, b]), number);
      }
      expect(new Set(table.keys).size).toBe(seen.size);
    }),
  );
});

test('ten thousand keys keep their numbers', () => {
  const table = new KeyTable();
  const number = (name: string): number => {
    table.begin();
    table.partText(name);
    return table.intern();
  };
  const names = Array.from({ length: 10_000 }, (_, i) => `${'prefix-'.repeat(i % 5)}${i}`);
  expect(names.map(number)).toEqual(names.map((_, i) => i));
  expect(names.map(number)).toEqual(names.map((_, i) => i));
  expect(table.keys).toEqual(names);
});

test('cells in any order of functions come out as the writer makes them', () => {
  const row = fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 300 }), fc.nat({ max: 100_000 }));
  fc.assert(
    fc.property(fc.array(row, { maxLength: 2000 }), fc.nat({ max: 30_000_000 }), (rows, origin) => {
      const log = new CellLog();
      const expected = Array.from({ length: 6 }, () => new Map<number, number>());
      const now = new Array<number>(6).fill(origin);
      for (const [f, step, count] of rows) {
        now[f] += step;
        expect(log.add(f, now[f], count)).toBe(true);
        if (count > 0) expected[f].set(now[f], (expected[f].get(now[f]) ?? 0) + count);
      }
      const writer = new CellWriter();
      for (const cells of expected) {
        for (const [minute, count] of cells) writer.push(minute - origin, count);
        writer.endFunction();
      }
      const { calls, ...found } = log.finish(6, origin);
      expect(found).toEqual(writer.finish());
      let sum = 0;
      eachCell(found.cells, 0, found.cells.length, (_, count) => {
        sum += count;
      });
      expect(calls).toBe(sum);
    }),
  );
});

test('a minute holds no more calls than kernels can count', () => {
  const log = new CellLog();
  expect(log.add(0, 5, 2 ** 32 - 1)).toBe(true);
  expect(log.add(0, 5, 1)).toBe(false);
  expect(log.finish(1, 5).calls).toBe(2 ** 32 - 1);
});

test('the stable order sorts and keeps ties', () => {
  const keys = fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 400 });
  fc.assert(
    fc.property(keys, fc.nat({ max: 20 }), (values, from) => {
      const order = stableOrder(Float64Array.from(values), Math.min(from, values.length), values.length);
      const part = values.slice(from);
      const expected = part.map((_, i) => i).sort((a, b) => part[a] - part[b] || a - b);
      const isSorted = expected.every((at, i) => at === i);
      expect(order === undefined ? undefined : Array.from(order)).toEqual(isSorted ? undefined : expected);
    }),
  );
});
