/** The API under load on loopback: how long an answer takes when requests come at their own pace, not when the last one is done. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Bench, quantile } from '../harness.js';
import { ask, type Load, latencies } from './load.js';

const SERVE = fileURLToPath(new URL('serve.mjs', import.meta.url));
const SECONDS = 10;
const CONNECTIONS = 64;

const LOADS: readonly Load[] = [
  {
    name: 'GET desired',
    request: () => ({ path: `/v1/functions/app%2Ffunction-${Math.floor(Math.random() * 10_000)}/desired` }),
    perSecond: 1000,
    check: (body) => assert.equal(JSON.parse(body).value, 3),
  },
  {
    name: 'GET 100 functions',
    request: () => ({ path: '/v1/functions?limit=100' }),
    perSecond: 50,
    check: (body) => assert.equal(JSON.parse(body).items.length, 100),
  },
  {
    name: 'GET a function',
    request: () => ({ path: '/v1/functions/app%2Ffunction-7' }),
    perSecond: 50,
    check: (body) => assert.equal(JSON.parse(body).functionKey, 'app/function-7'),
  },
];

/** Seconds of processor time that the server has taken. */
async function cpuSeconds(url: string, agent: Agent): Promise<number> {
  const text = await ask(url, { path: '/metrics' }, agent);
  return Number(/^process_cpu_seconds_total (.*)$/m.exec(text)?.[1]);
}

/** Every connection asks again as soon as it has its answer, for three seconds. */
async function asFastAsItGoes(
  url: string,
  { request, check }: Load,
  agent: Agent,
): Promise<{ perSecond: number; cpuMs: number }> {
  const cpu = await cpuSeconds(url, agent);
  const from = performance.now();
  let answered = 0;
  const loop = async (): Promise<void> => {
    while (performance.now() - from < 3000) {
      check(await ask(url, request(), agent));
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, loop));
  const seconds = (performance.now() - from) / 1000;
  return { perSecond: answered / seconds, cpuMs: (1000 * ((await cpuSeconds(url, agent)) - cpu)) / answered };
}

export default async function serverSuite(bench: Bench): Promise<void> {
  const child = spawn(process.execPath, [SERVE], { stdio: ['pipe', 'pipe', 'inherit'] });
  const end = (): boolean => child.kill();
  process.on('exit', end);
  try {
    const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    for (const load of LOADS) await latencies(url, load, agent, 1);
    const rates = LOADS.map(({ name, perSecond }) => `${perSecond} ${name}`).join(', ');
    bench.note(
      `a second: ${rates}; ${CONNECTIONS} connections, ${SECONDS} s, 10,000 functions, client and server on this machine`,
    );
    const all = await Promise.all(LOADS.map((load) => latencies(url, load, agent, SECONDS)));
    for (const [i, { name }] of LOADS.entries()) {
      bench.fact(`${name}, median`, quantile(all[i], 0.5), 'ms');
      bench.fact(`${name}, P99`, quantile(all[i], 0.99), 'ms');
    }
    for (const load of LOADS) {
      const { perSecond, cpuMs } = await asFastAsItGoes(url, load, agent);
      bench.fact(`${load.name}, as fast as it goes`, perSecond, 'a second');
      // The one figure that other work on the machine leaves alone.
      bench.fact(`${load.name}, processor time of the server`, cpuMs, 'ms');
    }
    agent.destroy();
  } finally {
    process.off('exit', end);
    child.stdin.end();
    await once(child, 'exit');
  }
}
