import { describe, expect, test } from 'vitest';
import { remainder60000, SplitMix64 } from '../../ts/core/kernels/pure/numeric.js';

const MASK = (1n << 64n) - 1n;

/** splitmix64 as published, on whole 64-bit numbers. */
function* published(seed: bigint): Generator<bigint, never> {
  let state = seed & MASK;
  for (;;) {
    state = (state + 0x9e3779b97f4a7c15n) & MASK;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
    yield z ^ (z >> 31n);
  }
}

function drawn(random: SplitMix64): bigint {
  random.next();
  return (BigInt(random.high >>> 0) << 32n) | BigInt(random.low >>> 0);
}

describe('splitmix64 on 32-bit halves', () => {
  test('gives the numbers published for seed 1', () => {
    const random = new SplitMix64(0, 1);
    expect([drawn(random), drawn(random), drawn(random)]).toEqual([
      10451216379200822465n,
      13757245211066428519n,
      17911839290282890590n,
    ]);
  });

  test.each([
    [0, 0],
    [1, 399],
    [0xffffffff, 0xffffffff],
    [0x61c88646, 0x80b583eb],
    [0x80000000, 0x7fffffff],
  ])('follows the 64-bit definition from state %i * 2^32 + %i', (high, low) => {
    const random = new SplitMix64(high, low);
    const reference = published((BigInt(high) << 32n) | BigInt(low));
    for (let draw = 0; draw < 5000; draw++) {
      const expected = reference.next().value;
      if (drawn(random) !== expected) expect.fail(`draw ${draw} is not ${expected}`);
    }
  });

  test('takes the remainder by 60000 of all 64 bits', () => {
    const random = new SplitMix64(7, 12);
    const reference = published((7n << 32n) | 12n);
    for (let draw = 0; draw < 20000; draw++) {
      const expected = Number(reference.next().value % 60000n);
      if (random.remainder60000() !== expected) expect.fail(`draw ${draw} is not ${expected}`);
    }
  });

  test('fills an array with what it would draw one by one', () => {
    const bulk = new SplitMix64(7, 12);
    const single = new SplitMix64(7, 12);
    const filled = new Int32Array(3000);
    for (let from = 0; from < 3000; from += 1000) bulk.fillRemainders60000(filled, from, 1000);
    expect(filled).toEqual(Int32Array.from({ length: 3000 }, () => single.remainder60000()));
    expect(bulk.unit()).toBe(single.unit());
  });

  test('takes exact remainders beside multiples of 60000', () => {
    const largest = MASK / 60000n;
    for (const multiple of [0n, 1n, 71582n, 71583n, 1n << 40n, largest - 1n, largest]) {
      for (let step = -3n; step <= 3n; step++) {
        const value = multiple * 60000n + step;
        if (value < 0n || value > MASK) continue;
        const remainder = remainder60000(Number(value >> 32n), Number(value & 0xffffffffn));
        expect(remainder).toBe(Number(value % 60000n));
      }
    }
  });

  test('makes unit numbers of the upper 53 bits', () => {
    const random = new SplitMix64(0, 1);
    expect(random.unit()).toBe(Number(10451216379200822465n >> 11n) / 2 ** 53);
    for (let draw = 0; draw < 10000; draw++) {
      const unit = random.unit();
      if (!(unit >= 0 && unit < 1)) expect.fail(`draw ${draw} is ${unit}`);
    }
  });

  test('stays below the count asked for', () => {
    const random = new SplitMix64(0, 1);
    for (const count of [1, 2, 1440, 2 ** 32]) {
      for (let draw = 0; draw < 2000; draw++) {
        const value = random.below(count);
        if (!(Number.isInteger(value) && value >= 0 && value < count)) expect.fail(`${value} of ${count}`);
      }
    }
  });
});
