/** A server of Prometheus that is away, hangs, lies or lags as a test wants, the observer of it, and a clock of their own. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach } from 'vitest';
import {
  type CountSample,
  type Gap,
  type Observation,
  PrometheusObserver,
  type PrometheusObserverSettings,
} from '../../ts/server/providers/index.js';
import { JumpingClock } from '../jumping-clock.js';

export const METRIC = 'gateway_function_invocation_total';
export const STEP_MS = 15_000;
export const LAG_MS = 60_000;
export const T0_MS = Date.UTC(2026, 7, 1, 12);
export const DAY_MS = 86_400_000;

interface Asked {
  path: string;
  query: string;
  startMs: number;
  endMs: number;
  points: number;
}

const number = (value: number): string => String(Math.round(value));

/** A counter that grows by one a second, from a value at the beginning on. */
export const everySecond =
  (atFirst: number) =>
  (ms: number): string =>
    number((ms - T0_MS) / 1000 + atFirst);

/** What is not set counts a call each second, and has since ever. */
export class PretendPrometheus {
  url = '';
  clock = new JumpingClock(T0_MS + LAG_MS);
  asked: Asked[] = [];
  /** The server's clock less ours. */
  skewMs = 0;
  /** From here on there are samples, and up to here. */
  keptFromMs = Number.NEGATIVE_INFINITY;
  scrapedToMs = Number.POSITIVE_INFINITY;
  valueAt = everySecond(1e6);
  warnings: string[] = [];
  /** Answers in place of the server; true where it did. */
  instead: (one: Asked, response: ServerResponse) => boolean = () => false;
  readonly #server: Server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
    const ms = (name: string): number => Math.round(Number(searchParams.get(name)) * 1000);
    const [startMs, endMs, stepMs] = [ms('start'), ms('end'), ms('step')];
    const one: Asked = {
      path: pathname.replace('/api/v1/', ''),
      query: searchParams.get('query') ?? '',
      startMs,
      endMs,
      points: Math.floor((endMs - startMs) / stepMs) + 1,
    };
    this.asked.push(one);
    if (!this.instead(one, response)) this.#answer(one, { stepMs, timeMs: ms('time') }, response);
  });

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(
    { query, startMs, endMs }: Asked,
    { stepMs, timeMs }: { stepMs: number; timeMs: number },
    response: ServerResponse,
  ): void {
    const { warnings } = this;
    const answer = (resultType: string, result: unknown): void => {
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({ status: 'success', data: { resultType, result }, ...(warnings.length > 0 && { warnings }) }),
      );
    };
    const matrix = (metric: object, of: (at: number) => string): void => {
      const values: [number, string][] = [];
      for (let at = startMs; at <= endMs; at += stepMs) if (at >= this.keptFromMs) values.push([at / 1000, of(at)]);
      answer('matrix', values.length === 0 ? [] : [{ metric, values }]);
    };
    if (query === 'time()') answer('scalar', [0, String((this.clock.now() + this.skewMs) / 1000)]);
    else if (query.startsWith('max(timestamp(')) {
      const last = Math.min(timeMs, this.scrapedToMs);
      answer('vector', [{ metric: {}, value: [0, String(last / 1000)] }]);
    } else if (query.startsWith('count(')) matrix({}, () => '1');
    else if (query === METRIC) {
      const labels = { __name__: METRIC, function_name: 'f', instance: 'i' };
      matrix(labels, (at) => this.valueAt(Math.min(at, this.scrapedToMs)));
    } else answer('matrix', []);
  }

  observer(settings: Partial<PrometheusObserverSettings> = {}): PrometheusObserver {
    return new PrometheusObserver({
      url: this.url,
      preset: 'openfaas',
      stepMs: STEP_MS,
      lagMs: LAG_MS,
      backfillMs: 15 * DAY_MS,
      timeoutMs: 20_000,
      retryDelayMs: 1,
      clock: this.clock,
      ...settings,
    });
  }

  /** Observes a tick of 30 s after another, with the clock. */
  ticks(settings: Partial<PrometheusObserverSettings> = {}): Ticks {
    return new Ticks(this.observer(settings), this.clock);
  }
}

/** The server of a test: a new one each time. */
export function pretendPrometheus(): { now: PretendPrometheus } {
  const server = { now: new PretendPrometheus() };
  beforeEach(async () => {
    server.now = new PretendPrometheus();
    await server.now.listen();
  });
  afterEach(() => server.now.close());
  return server;
}

export const SIGNAL = new AbortController().signal;

export async function take(
  of: PrometheusObserver,
  fromMs: number,
  toMs: number,
  signal = SIGNAL,
): Promise<Observation[]> {
  const found: Observation[] = [];
  for await (const one of of.observe(fromMs, toMs, signal)) found.push(one);
  return found;
}

export class Ticks {
  readonly observer: PrometheusObserver;
  atMs = T0_MS;
  readonly #clock: JumpingClock;

  constructor(observer: PrometheusObserver, clock: JumpingClock) {
    this.observer = observer;
    this.#clock = clock;
  }

  async tick(): Promise<Observation[]> {
    this.#clock.advance(30_000);
    const found = await take(this.observer, this.atMs, this.atMs + 30_000);
    this.atMs += 30_000;
    return found;
  }
}

export const calls = (found: readonly Observation[]): number =>
  found.filter((one): one is CountSample => one.kind === 'count').reduce((sum, one) => sum + one.calls, 0);
export const gaps = (found: readonly Observation[]): Gap[] => found.filter((one): one is Gap => one.kind === 'gap');
