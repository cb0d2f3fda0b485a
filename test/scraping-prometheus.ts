/** A Prometheus of the system that scrapes servers of a test. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface Sample {
  metric: Record<string, string>;
  value: [number, string];
}

export interface Scraping {
  /** The instant vector that a query gives now. */
  query(expression: string): Promise<Sample[]>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Scrapes `target` (host and port) every second under the job `isotherm`; answers when it has done so three times. */
export async function scraping(target: string): Promise<Scraping> {
  const folder = mkdtempSync(join(tmpdir(), 'isotherm-scraping-'));
  const config = {
    scrape_configs: [{ job_name: 'isotherm', scrape_interval: '1s', static_configs: [{ targets: [target] }] }],
  };
  // JSON is YAML.
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const address = `127.0.0.1:${await freePort()}`;
  const options = ['--config.file=prometheus.yml', '--storage.tsdb.path=data', `--web.listen-address=${address}`];
  const running = spawn('prometheus', options, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  running.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const query = async (expression: string): Promise<Sample[]> => {
    const response = await fetch(`http://${address}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query: expression }),
    });
    const answer = (await response.json()) as { status: string; error?: string; data: { result: Sample[] } };
    if (answer.status !== 'success') throw new Error(`${expression}: ${answer.error}`);
    return answer.data.result;
  };
  const scrapes = async (): Promise<number> => {
    const [found] = await query('count_over_time(up[1m])').catch(() => []);
    return Number(found?.value[1] ?? 0);
  };
  while ((await scrapes()) < 3) {
    if (running.exitCode !== null) throw new Error(`prometheus ended: ${said}`);
    await wait(100);
  }
  return {
    query,
    async stop() {
      if (running.exitCode === null) {
        running.kill();
        await once(running, 'close');
      }
      rmSync(folder, { recursive: true });
    },
  };
}
