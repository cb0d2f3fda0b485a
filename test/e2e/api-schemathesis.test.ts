/** Schemathesis, a fuzzer that is not ours, over `isotherm serve`: every answer is one that the document tells, and the loop goes on. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { at } from '../../scripts/build/paths.mjs';
import { Served, until } from '../served.js';

/** Where `.ci/run` puts it, else where the PATH has it. */
const PROGRAM = [at('target/schemathesis/bin'), ...(process.env.PATH ?? '').split(delimiter)]
  .map((folder) => join(folder, 'schemathesis'))
  .find((path) => existsSync(path));

const missing = PROGRAM === undefined ? 'there is no schemathesis under target/schemathesis or on the PATH' : undefined;

/**
 * What is in form is not always right (a cursor of another list, a file that is none), and what is too long is refused before it is looked at: of these the
 * document says which answers there are, and that is checked.
 */
const LEFT_OUT = ['positive_data_acceptance', 'negative_data_rejection'];

let served: Served;

beforeAll(async () => {
  if (missing !== undefined) {
    if (process.env.CI !== undefined) throw new Error(missing);
    return;
  }
  served = await Served.start({
    config: {
      prediction: { update_interval: '10s', prediction_horizon: '60s' },
      provider: { kind: 'push', lag: '0s' },
    },
  });
});
afterAll(async () => {
  await served?.stop();
});
beforeEach(({ skip }) => {
  if (missing !== undefined) skip(missing);
});

test('finds no answer that the document does not tell, and nothing that ends the loop', async () => {
  const options = [
    ...['run', `${served.url}/openapi.json`, '--no-color', '--seed', '1', '--max-examples', '2'],
    ...['--phases', 'examples,coverage,fuzzing', '--continue-on-failure', '--request-timeout', '60'],
    // It does not end by itself.
    ...['--exclude-path', '/v1/events/stream', '--exclude-checks', LEFT_OUT.join()],
  ];
  const { code, said } = await new Promise<{ code: unknown; said: string }>((resolve) => {
    execFile(PROGRAM!, options, { cwd: served.folder, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, said: stdout + stderr });
    });
  });
  expect(code, said.slice(-5000)).toBe(0);
  expect(said).toMatch(/Tested: 2\d/);
  const { tick, samples } = await served.status();
  expect(samples.accepted).toBeGreaterThan(0);
  await until(
    () => served.status(),
    (status) => status.loop === 'running' && status.tick > tick,
    'the loop goes on',
  );
  expect(await served.stop()).toBe(0);
});
