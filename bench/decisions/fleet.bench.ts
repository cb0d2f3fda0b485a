/** A fleet over a fortnight through the command line: how long, how much memory, and what Ctrl-C leaves behind. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isotherm, withFolder } from '../child.js';
import type { Bench } from '../harness.js';

const CALLS = 1_000_000_000;
const POLICIES = ['fixed-10min', 'hybrid-histogram', 'clairvoyant'];
const FLEET = ['--functions', '50000', '--days', '14', '--calls', String(CALLS), '--policy', POLICIES.join(',')];
const REPLAY = ['replay', '--synthetic', 'calibrated', ...FLEET, '--no-html', '--json', 'fleet.json'];

/** 2 GB in MiB. */
const MEMORY_LIMIT_MIB = 1907;

interface Totals {
  calls: number;
  coldStarts: number;
  objectiveUsd: number;
}

function assertSound(file: string): number {
  const { policies } = JSON.parse(readFileSync(file, 'utf8')) as { policies: Record<string, Totals> };
  assert.deepEqual(Object.keys(policies), POLICIES);
  const { calls, objectiveUsd } = policies.clairvoyant;
  assert.ok(Math.abs(calls - CALLS) < 0.05 * CALLS, `${calls} calls, expected about ${CALLS}`);
  for (const policy of Object.values(policies)) assert.equal(policy.calls, calls);
  assert.ok(objectiveUsd < policies['fixed-10min'].objectiveUsd, 'a fixed window is cheaper than the bound');
  return calls;
}

export default async function fleetSuite(bench: Bench): Promise<void> {
  await withFolder(async (folder) => {
    const whole = await isotherm(REPLAY, folder);
    assert.equal(whole.code, 0, whole.stderr);
    const calls = assertSound(join(folder, 'fleet.json'));
    bench.note(`50,000 functions, 14 days, ${calls} calls, ${POLICIES.length} policies: isotherm ${REPLAY.join(' ')}`);
    bench.fact('wall time, generating included', whole.seconds, 's');
    bench.fact('calls by policies per second of it', (calls * POLICIES.length) / whole.seconds / 1e6, 'M/s');
    bench.fact('peak memory', whole.peakMiB, 'MiB', MEMORY_LIMIT_MIB);

    // Over the old result: it must still be there, whole, and nothing else beside it.
    const before = readFileSync(join(folder, 'fleet.json'));
    const halfway = (whole.seconds * 1000) / 2;
    const stopped = await isotherm(REPLAY, folder, halfway);
    assert.equal(stopped.code, 130, stopped.stderr);
    assert.deepEqual(readdirSync(folder), ['fleet.json'], 'an interrupted run left something behind');
    assert.ok(readFileSync(join(folder, 'fleet.json')).equals(before), 'an interrupted run changed the old result');
    bench.fact('from Ctrl-C to the end', stopped.seconds - halfway / 1000, 's');
  });
}
