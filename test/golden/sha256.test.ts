/** SHA-256 against Node's, in whichever parts. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hex, sha256 } from '../../ts/core/decide/sha256.js';

it('is that of the standard', () => {
  expect(hex(sha256())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(hex(sha256(new TextEncoder().encode('abc')))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});

it('is that of Node', () => {
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ minLength: 50, maxLength: 70 }));
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 5 }), (parts) => {
      const hash = createHash('sha256');
      for (const part of parts) hash.update(part);
      expect(hex(sha256(...parts))).toBe(hash.digest('hex'));
    }),
    { numRuns: 500 },
  );
});
