/** A Prometheus of the system (Debian: `apt-get install prometheus`) over samples that a test writes down. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const onPath = (name: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, name)));

/** Why there is none; undefined where there is. */
export const noPrometheus =
  onPath('prometheus') && onPath('promtool') ? undefined : 'there is no prometheus on the PATH';

/** Samples of one series. */
export interface WrittenSeries {
  metric: string;
  labels: Record<string, string>;
  /** Epoch seconds and value, ascending. */
  samples: readonly (readonly [number, number])[];
}

/** As `promtool tsdb create-blocks-from openmetrics` takes it. */
function openMetrics(all: readonly WrittenSeries[]): string {
  const lines: string[] = [];
  for (const metric of new Set(all.map((one) => one.metric))) {
    lines.push(`# TYPE ${metric} unknown`);
    for (const { labels, samples } of all.filter((one) => one.metric === metric)) {
      const set = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
      for (const [seconds, value] of samples) lines.push(`${metric}{${set.join(',')}} ${value} ${seconds}`);
    }
  }
  return `${[...lines, '# EOF'].join('\n')}\n`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export class Prometheus {
  readonly url: string;
  readonly #folder: string;
  readonly #options: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(url: string, folder: string, options: readonly string[]) {
    this.url = url;
    this.#folder = folder;
    this.#options = options;
  }

  /** Serves these samples on loopback; answers when it is ready. */
  static async serve(all: readonly WrittenSeries[]): Promise<Prometheus> {
    return Prometheus.#start('global: {}\n', ['--storage.tsdb.retention.time=100y'], (folder) => {
      writeFileSync(join(folder, 'samples.om'), openMetrics(all));
      execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', 'samples.om', 'data'], { cwd: folder });
    });
  }

  /** Scrapes a target (`127.0.0.1:1234`) every so often; answers when it is ready. */
  static async scrape(target: string, everyMs: number): Promise<Prometheus> {
    const job = { job_name: 'exporter', scrape_interval: `${everyMs}ms`, scrape_timeout: `${everyMs}ms` };
    // JSON is YAML.
    return Prometheus.#start(JSON.stringify({ scrape_configs: [{ ...job, static_configs: [{ targets: [target] }] }] }));
  }

  static async #start(
    config: string,
    more: readonly string[] = [],
    prepare: (folder: string) => void = () => {},
  ): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), 'isotherm-prometheus-'));
    prepare(folder);
    writeFileSync(join(folder, 'prometheus.yml'), config);
    const address = `127.0.0.1:${await freePort()}`;
    const options = ['--config.file=prometheus.yml', '--storage.tsdb.path=data', ...more];
    const server = new Prometheus(`http://${address}`, folder, [...options, `--web.listen-address=${address}`]);
    await server.begin();
    return server;
  }

  /** Goes on with what it has, at the same address; answers when it is ready. */
  async begin(): Promise<void> {
    const running = spawn('prometheus', this.#options, { cwd: this.#folder });
    this.#process = running;
    let said = '';
    running.stderr.on('data', (chunk) => {
      said += chunk;
    });
    while (!(await this.#isReady())) {
      if (running.exitCode !== null) throw new Error(`prometheus ended: ${said}`);
      await wait(50);
    }
  }

  async #isReady(): Promise<boolean> {
    return fetch(`${this.url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  /** Ends it; what it has stays. */
  async end(): Promise<void> {
    if (this.#process === undefined || this.#process.exitCode !== null) return;
    this.#process.kill();
    await once(this.#process, 'close');
  }

  async stop(): Promise<void> {
    await this.end();
    rmSync(this.#folder, { recursive: true });
  }
}
