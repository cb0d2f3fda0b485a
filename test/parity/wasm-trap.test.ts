/** A WASM module that traps: the call fails, and the next one has a fresh module. In Node, where there is room for the input. */
import { expect, it } from 'vitest';
import { translated } from '../../ts/core/kernels/backend.js';
import type { Kernels } from '../../ts/core/kernels/contract.js';
import { backends } from '../backends.js';

/** Zeros that take no memory until they are read, and more than the module can hold. */
const TOO_MANY = 2 ** 29 - 1024;

const errorOf = (run: () => unknown): unknown => {
  try {
    return translated(run);
  } catch (thrown) {
    return thrown;
  }
};

const SETTINGS = Float64Array.of(1000, 60_000, 1, 4.1667e-6, 5e-4, 0.1);

function replayed(kernels: Kernels): number[] {
  const durations = Uint32Array.of(1000, 1000);
  const trace = kernels.traceOfCalls(
    1,
    Float64Array.of(0, 2),
    Float64Array.of(0, 2000),
    durations,
    Float64Array.of(128),
  );
  const out = new Float64Array(4);
  kernels.replay(trace, Float64Array.of(2, 0, 0), SETTINGS, 0, 1, 1, out);
  trace.close();
  return [...out];
}

it('starts afresh after a trap, and closes the handles of before', { timeout: 60_000 }, ({ skip }) => {
  const kernels = backends.find(({ name }) => name === 'wasm')?.kernels;
  if (kernels === undefined) return skip('the WASM module is not built');
  const expected = replayed(kernels);
  expect(expected).toEqual([1, 0, 0, Number.NaN]);
  const none = new Float64Array(0);
  const durations = Uint32Array.of(1);
  for (let round = 0; round < 2; round++) {
    const policy = kernels.policyCreate(Float64Array.of(2));
    const trace = kernels.traceOfCalls(1, Float64Array.of(0, 1), Float64Array.of(0), durations, Float64Array.of(128));
    const array = kernels.arrayOpen?.(64);
    const zeros = new Float64Array(TOO_MANY);
    const trapped = errorOf(() => kernels.keepAliveWindow(zeros, none, 1e-9, 1e-4, Number.NaN, new Float64Array(3)));
    expect(trapped).toMatchObject({ code: 'INTERNAL', cause: expect.any(WebAssembly.RuntimeError) });
    // All works, with handles made from now on.
    expect(replayed(kernels)).toEqual(expected);
    const fresh = kernels.policyCreate(Float64Array.of(0, 5));
    expect(errorOf(() => kernels.policyRelease(policy, 0, new Float64Array(2)))).toHaveProperty(
      'code',
      'CLOSED_HANDLE',
    );
    const replay = () => kernels.replay(trace, Float64Array.of(2, 0, 0), SETTINGS, 0, 1, 1, new Float64Array(4));
    expect(errorOf(replay)).toHaveProperty('code', 'CLOSED_HANDLE');
    expect(errorOf(() => array?.buffer)).toHaveProperty('code', 'CLOSED_HANDLE');
    expect(kernels.arrayOpen?.(64).buffer.byteLength).toBeGreaterThan(64);
    // Closing an old handle must not free what a new one holds.
    array?.close();
    policy.close();
    trace.close();
    const answer = new Float64Array(2);
    kernels.policyRelease(fresh, 0, answer);
    expect([...answer]).toEqual([0, 5]);
    fresh.close();
  }
});
