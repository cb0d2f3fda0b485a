/** What the control plane tells the placement of its functions: figures of now, the last good ones, and what is known anyhow. */
import { expect, test } from 'vitest';
import type { Fleet } from '../../ts/server/control/fleet.js';
import type { LimitsBook } from '../../ts/server/control/limits-book.js';
import { Measured } from '../../ts/server/control/placement/measured.js';

const NOBODY = { callsPerHour: null, memoryMiB: null, instances: null, startMs: null };
const GOOD = { callsPerHour: 90, memoryMiB: 512, instances: 2, startMs: 300 };

const limits = { of: (name: string) => ({ paused: name === 'paused' }) } as unknown as LimitsBook;

/** A fleet with one function of which there are no data now. */
const fleet = {
  functions: new Map([
    ['silent', { isMissing: true, setting: { memoryMiB: 256 }, control: { startTime: { ms: 800 } } }],
  ]),
} as unknown as Fleet;

test('after a restart the last good figures stand, of those too who were not seen since', async () => {
  const measured = new Measured();
  measured.restore([
    { name: 'away', ...GOOD, isHeld: false, isPaused: false },
    { name: 'silent', ...GOOD, memoryMiB: null, startMs: null, isHeld: true, isPaused: false },
  ]);
  expect(await measured.look(['away', 'silent', 'unknown'], fleet, limits)).toEqual([
    { name: 'away', ...GOOD, isHeld: true, isPaused: false },
    { name: 'silent', ...GOOD, memoryMiB: 256, startMs: 800, isHeld: true, isPaused: false },
  ]);
});

test('of who was only paused nothing was known: what needs no data is told', async () => {
  const measured = new Measured();
  measured.restore([
    { name: 'paused', ...NOBODY, isHeld: false, isPaused: true },
    { name: 'silent', ...NOBODY, isHeld: false, isPaused: true },
  ]);
  expect(await measured.look(['paused', 'silent'], fleet, limits)).toEqual([
    { name: 'paused', ...NOBODY, isHeld: false, isPaused: true },
    { name: 'silent', ...NOBODY, memoryMiB: 256, startMs: 800, isHeld: true, isPaused: false },
  ]);
});
