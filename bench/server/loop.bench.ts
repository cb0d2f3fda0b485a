/** The whole of `isotherm serve` under load: 10,000 functions at every tick, 5,000 samples a second in bulk, and the API asked meanwhile. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { withFolder } from '../child.js';
import { type Bench, quantile } from '../harness.js';
import { ask, type Load, latencies } from './load.js';

const MAIN = fileURLToPath(new URL('../../ts/core/dist/cli/main.js', import.meta.url));
const FUNCTIONS = 10_000;
const SAMPLES_A_SECOND = 5000;
/** In so many requests. */
const PUSHES_A_SECOND = 5;
/** Four ticks of the default length. */
const SECONDS = 120;
const CONNECTIONS = 64;

const keyOf = (i: number): string => `app/function-${i % FUNCTIONS}`;

/** Calls of the functions in turn, each call its own. */
function calls(count: number, from: number): string {
  const atMs = Date.now();
  const samples = Array.from({ length: count }, (_, i) => {
    const id = String(from + i);
    return { functionKey: keyOf(from + i), atMs: atMs - (i % 500), durationMs: 120, id };
  });
  return JSON.stringify({ samples });
}

interface Status {
  tick: number;
  lastTickTookMs: number | null;
  loop: string;
  degraded: string[];
  functions: number;
  samples: { accepted: number };
}

async function statusOf(url: string, agent: Agent): Promise<Status> {
  return JSON.parse(await ask(url, { path: '/v1/status' }, agent)) as Status;
}

/** What ticks took that ended until then: looks once a second, so that none is missed. */
async function watchTicks(url: string, agent: Agent, until: Promise<unknown>): Promise<number[]> {
  const { tick: last } = await statusOf(url, agent);
  const tookMs = new Map<number, number>();
  let isOver = false;
  until.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const { tick, lastTickTookMs, loop, degraded } = await statusOf(url, agent);
    assert.deepEqual(degraded, []);
    assert(loop === 'running' || lastTickTookMs === null);
    if (lastTickTookMs !== null && tick > last) tookMs.set(tick, lastTickTookMs);
    await new Promise((done) => setTimeout(done, 1000));
  }
  return [...tookMs.values()];
}

export default async function loop(bench: Bench): Promise<void> {
  await withFolder(async (folder) => {
    const given = [MAIN, 'serve', '--port', '0', '--store', folder];
    const env = { ...process.env, ISOTHERM_SERVER__RATE_LIMIT: '1000000', ISOTHERM_LOG__LEVEL: 'warn' };
    const child = spawn(process.execPath, given, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
    const end = (): boolean => child.kill();
    process.on('exit', end);
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    try {
      let url: string | undefined;
      for await (const line of createInterface(child.stdout)) {
        url ??= /http:\/\/[\d.]+:\d+/.exec(line)?.[0];
        if (line.startsWith('In shadow:')) break;
      }
      assert(url !== undefined);
      child.stdout.resume();
      let pushed = 0;
      const push: Load = {
        name: `POST ${SAMPLES_A_SECOND / PUSHES_A_SECOND} samples`,
        perSecond: PUSHES_A_SECOND,
        request: () => {
          const count = SAMPLES_A_SECOND / PUSHES_A_SECOND;
          pushed += count;
          return { path: '/v1/samples/bulk', body: calls(count, pushed - count) };
        },
        check: (body) => assert.equal(JSON.parse(body).accepted, SAMPLES_A_SECOND / PUSHES_A_SECOND),
      };
      const reads: Load[] = [
        {
          name: 'GET desired',
          perSecond: 200,
          request: () => ({
            path: `/v1/functions/${encodeURIComponent(keyOf(Math.floor(Math.random() * FUNCTIONS)))}/desired`,
          }),
          check: (body) => assert(Number.isFinite(JSON.parse(body).value)),
        },
        {
          name: 'GET 100 functions',
          perSecond: 10,
          request: () => ({ path: '/v1/functions?limit=100' }),
          check: (body) => assert.equal(JSON.parse(body).items.length, 100),
        },
        {
          name: 'GET a function',
          perSecond: 10,
          request: () => ({ path: '/v1/functions/app%2Ffunction-7' }),
          check: (body) => assert.equal(JSON.parse(body).functionKey, 'app/function-7'),
        },
      ];
      // Functions are known, and have a decision, from their first tick on.
      const warmUp = latencies(url, push, agent, 65);
      const [, first] = await Promise.all([warmUp, watchTicks(url, agent, warmUp)]);
      assert.equal((await statusOf(url, agent)).functions, FUNCTIONS);
      const load = Promise.all([push, ...reads].map((one) => latencies(url, one, agent, SECONDS)));
      const [all, ticks] = await Promise.all([load, watchTicks(url, agent, load)]);
      const { samples } = await statusOf(url, agent);
      // Whatever was acknowledged was counted once.
      assert.equal(samples.accepted, pushed);
      assert(ticks.length >= 3);
      bench.note(
        `${FUNCTIONS} functions, ${SAMPLES_A_SECOND} samples/s, PGlite, ticks of 30 s; client and server on this machine`,
      );
      const atMost = (most: number) => [Number.NEGATIVE_INFINITY, most] as const;
      bench.aim(
        `the slowest tick of the beginning, which brings ${FUNCTIONS} new functions`,
        Math.max(...first),
        'ms',
        atMost(5000),
      );
      bench.aim('a tick, median', quantile(ticks, 0.5), 'ms', atMost(5000));
      bench.aim('the slowest tick', Math.max(...ticks), 'ms', atMost(5000));
      for (const [i, { name }] of [push, ...reads].entries()) {
        bench.fact(`${name}, median`, quantile(all[i]!, 0.5), 'ms');
        const slow = quantile(all[i]!, 0.99);
        if (i === 0) bench.fact(`${name}, P99`, slow, 'ms');
        else bench.aim(`${name}, P99`, slow, 'ms', atMost(20));
      }
    } finally {
      agent.destroy();
      process.off('exit', end);
      child.kill();
      await once(child, 'exit');
    }
  });
}
