import { expect, inject, it } from 'vitest';

it('runs in a browser that has what the WASM module needs', () => {
  expect(globalThis.document).toBeDefined();
  expect(['wasm', 'pure']).toContain(inject('backend'));
  // (module (func (result v128) i32.const 0 i8x16.splat)): the smallest module with SIMD.
  const simd = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11];
  expect(WebAssembly.validate(Uint8Array.from(simd))).toBe(true);
});
