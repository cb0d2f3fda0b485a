/** What Prometheus scrapes at `/metrics`: read from the plane when it is asked, so that nothing is kept twice. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Plane } from '../control/plane.js';
import type { EventHub } from './event-hub.js';
import { type Grown, MeteredFunctions } from './metered-functions.js';
import type { Totals } from './schemas/figures.js';
import type { FunctionRow } from './schemas/functions.js';

const MS = 1e-3;

/** Label of the functions without series of their own. */
const OTHER = 'other';

/** The part of a total that is ours and the part that is compared, as labels. */
const POLICIES = ['isotherm', 'compared'] as const;

export class Metrics {
  readonly #registry = new Registry();
  readonly #plane: Plane;
  readonly #metered: MeteredFunctions;
  readonly #most: number;
  readonly #requests: Histogram<'method' | 'route' | 'status'>;
  readonly #events: Counter<'kind'>;
  readonly #unsubscribe: () => void;
  #refresh: (() => void)[] = [];

  constructor(plane: Plane, hub: EventHub, meteredFunctions: number) {
    this.#plane = plane;
    this.#most = meteredFunctions;
    this.#metered = new MeteredFunctions(meteredFunctions);
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Histogram({
      name: 'isotherm_http_request_duration_seconds',
      help: 'Time from a request to its answer, by route as documented.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2.5, 10],
      registers,
    });
    this.#events = new Counter({
      name: 'isotherm_events_total',
      help: 'Events by kind.',
      labelNames: ['kind'],
      registers,
    });
    this.#unsubscribe = plane.subscribe(({ kind }) => this.#events.inc({ kind }));
    this.#ofStreams(hub);
    this.#ofTheLoop();
    this.#ofTheFleet();
    this.#ofPlacement();
    this.#ofFunctions();
  }

  /** An answer given; `route` is the pattern, not the address, so that strangers add no series. */
  answered(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status: String(status) }, seconds);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async text(): Promise<string> {
    for (const one of this.#refresh) one();
    return this.#registry.metrics();
  }

  close(): void {
    this.#unsubscribe();
    this.#registry.clear();
  }

  #gauge<Label extends string = never>(name: string, help: string, labelNames: Label[] = []): Gauge<Label> {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] });
  }

  /** A counter whose sums are kept elsewhere: it is set anew at each scrape. */
  #counter<Label extends string = never>(name: string, help: string, labelNames: Label[] = []): Counter<Label> {
    const counter = new Counter({ name, help, labelNames, registers: [this.#registry] });
    this.#refresh.push(() => counter.reset());
    return counter;
  }

  #ofStreams(hub: EventHub): void {
    const open = this.#gauge('isotherm_event_streams', 'Streams of events open now.');
    const dropped = this.#counter(
      'isotherm_event_streams_dropped_total',
      'Streams that were cut off because their client did not read.',
    );
    this.#refresh.push(() => {
      open.set(hub.clients);
      dropped.inc(hub.dropped);
    });
  }

  #ofTheLoop(): void {
    const build = this.#gauge('isotherm_build_info', 'Always 1; what runs is in the labels.', ['version', 'backend']);
    const running = this.#gauge('isotherm_loop_running', '1 while ticks are processed in time.');
    const tick = this.#gauge('isotherm_tick', 'Number of the last tick processed.');
    const tickAt = this.#gauge(
      'isotherm_last_tick_timestamp_seconds',
      'When the last tick was processed, in seconds since 1970.',
    );
    const tickTook = this.#gauge('isotherm_last_tick_duration_seconds', 'How long the last tick took.');
    const sampleAt = this.#gauge(
      'isotherm_last_sample_timestamp_seconds',
      'Time of the newest sample, in seconds since 1970.',
    );
    const provider = this.#gauge('isotherm_provider_up', '0 while the provider cannot be read.', ['provider']);
    const store = this.#gauge('isotherm_store_up', '0 while the database is away.', ['store']);
    const paused = this.#gauge('isotherm_paused_scopes', 'Scopes that are paused.');
    const degraded = this.#gauge('isotherm_degraded_conditions', 'Things that are not as they should be.');
    const functions = this.#gauge('isotherm_functions', 'Functions known.');
    const samples = this.#counter('isotherm_samples_total', 'Samples received, by what became of them.', ['result']);
    this.#refresh.push(() => {
      const status = this.#plane.status();
      build.set({ version: status.version, backend: status.backend }, 1);
      running.set(status.loop === 'running' ? 1 : 0);
      tick.set(status.tick);
      if (status.lastTickAtMs !== null) tickAt.set(status.lastTickAtMs * MS);
      if (status.lastTickTookMs !== null) tickTook.set(status.lastTickTookMs * MS);
      if (status.provider.lastSampleMs !== null) sampleAt.set(status.provider.lastSampleMs * MS);
      provider.set({ provider: status.provider.name }, status.provider.state === 'down' ? 0 : 1);
      store.set({ store: status.store.kind }, status.store.state === 'up' ? 1 : 0);
      paused.set(status.paused.length);
      degraded.set(status.degraded.length);
      functions.set(status.functions);
      const { accepted, duplicates, late, rejected } = status.samples;
      samples.inc({ result: 'accepted' }, accepted);
      samples.inc({ result: 'duplicate' }, duplicates);
      samples.inc({ result: 'late' }, late);
      samples.inc({ result: 'rejected' }, rejected);
    });
  }

  #ofTheFleet(): void {
    const by = (name: string, help: string, of: (totals: Totals) => number) => ({
      counter: this.#counter(name, help, ['policy']),
      of,
    });
    const totals = [
      by('isotherm_cold_starts_total', 'Calls that found no warm instance.', ({ coldStarts }) => coldStarts),
      by('isotherm_pre_warms_total', 'Instances started ahead of calls.', ({ preWarms }) => preWarms),
      by('isotherm_idle_seconds_total', 'Instance seconds warm and idle.', ({ idleMs }) => idleMs * MS),
      by('isotherm_wait_seconds_total', 'Seconds that calls waited for starts.', ({ waitMs }) => waitMs * MS),
      by(
        'isotherm_objective_usd_total',
        'Priced idle time, waiting and starts ahead.',
        ({ objectiveUsd }) => objectiveUsd,
      ),
    ];
    const calls = this.#counter('isotherm_calls_total', 'Calls seen.');
    const savedUsd = this.#gauge('isotherm_saved_usd', 'Objective saved so far; negative for a loss.');
    const savedCold = this.#gauge('isotherm_saved_cold_starts', 'Cold starts saved so far; negative for a loss.');
    const savedWait = this.#gauge('isotherm_saved_wait_seconds', 'Waiting saved so far; negative for a loss.');
    const savedCarbon = this.#gauge('isotherm_saved_carbon_grams', 'CO2 equivalent saved so far; negative for a loss.');
    const instances = this.#gauge(
      'isotherm_instances',
      'Instances at the last tick: desired, of them in pools, and busy.',
      ['state'],
    );
    const error = this.#gauge('isotherm_forecast_error_calls', 'Mean absolute error of ten-minute forecasts.');
    const coverage = this.#gauge(
      'isotherm_forecast_coverage_ratio',
      'Share of ten-minute outcomes inside the 90 % interval.',
    );
    const demoted = this.#gauge('isotherm_demoted_functions', 'Functions whose model is not trusted now.');
    const models = this.#gauge('isotherm_model_functions', 'Functions by the model in use.', ['model']);
    this.#refresh.push(() => {
      const { ours, compared, saved, instances: now, forecasts } = this.#plane.summary();
      for (const { counter, of } of totals) {
        counter.inc({ policy: POLICIES[0] }, of(ours));
        counter.inc({ policy: POLICIES[1] }, of(compared));
      }
      calls.inc(ours.calls);
      savedUsd.set(saved.objectiveUsd);
      savedCold.set(saved.coldStarts);
      savedWait.set(saved.waitMs * MS);
      savedCarbon.set(saved.carbonGco2e);
      instances.set({ state: 'desired' }, now.desired);
      instances.set({ state: 'pool' }, now.pool);
      instances.set({ state: 'busy' }, now.busy);
      if (forecasts.meanAbsoluteError !== null) error.set(forecasts.meanAbsoluteError);
      if (forecasts.coverage !== null) coverage.set(forecasts.coverage);
      demoted.set(forecasts.demoted);
      models.reset();
      for (const { model, functions } of forecasts.models) models.set({ model }, functions);
    });
  }

  #ofPlacement(): void {
    const placed = this.#gauge('isotherm_placed_functions', 'Functions placed on nodes by the last decision.');
    const gap = this.#gauge(
      'isotherm_placement_gap_ratio',
      'How much of the cost of the placement may be too much, at most.',
    );
    const staying = this.#gauge(
      'isotherm_placement_staying_functions',
      'Functions that would be better elsewhere, and stay.',
    );
    const failed = this.#gauge('isotherm_placement_failed', '1 while placement cannot be decided or recorded.');
    this.#refresh.push(() => {
      const { state, decision } = this.#plane.placement();
      failed.set(state === 'failed' ? 1 : 0);
      // What there is none of has no figure: an old one would be taken for that of now.
      for (const one of [placed, gap, staying]) one.remove();
      if (decision === null || state === 'off') return;
      placed.set(decision.fleet.functions);
      staying.set(decision.staying.functions);
      const after = decision.alternatives.find(({ name }) => name === 'after the moves');
      if (after !== undefined) gap.set(after.gap);
    });
  }

  #ofFunctions(): void {
    const calls = this.#counter(
      'isotherm_function_calls_total',
      'Calls seen, of the busiest functions; the rest as `other`.',
      ['function'],
    );
    const cold = this.#counter('isotherm_function_cold_starts_total', 'Cold starts, of the busiest functions.', [
      'function',
      'policy',
    ]);
    const rate = this.#gauge('isotherm_function_calls_per_minute', 'Calls a minute over the last ten.', ['function']);
    const predicted = this.#gauge(
      'isotherm_function_predicted_calls_per_minute',
      'Forecast calls a minute, over the next ten.',
      ['function'],
    );
    const desired = this.#gauge('isotherm_function_desired_instances', 'Desired instances.', ['function']);
    const gap = this.#gauge(
      'isotherm_function_data_missing',
      '1 while its data is missing and its last decision is held.',
      ['function'],
    );
    this.#refresh.push(() => {
      const limit = Math.max(1, 2 * this.#most);
      const { items } = this.#plane.functions({ sort: '-calls', limit });
      const rows = new Map<string, FunctionRow>(items.map((row) => [row.functionKey, row]));
      const { ours, compared } = this.#plane.summary();
      const total: Grown = { calls: ours.calls, coldStarts: ours.coldStarts, comparedColdStarts: compared.coldStarts };
      const grown = (key: string): Grown | undefined => rows.get(key) ?? this.#grown(key);
      const rest = this.#metered.update(items, total, grown);
      for (const one of [rate, predicted, desired, gap]) one.reset();
      const count = (name: string, figures: Grown): void => {
        calls.inc({ function: name }, figures.calls);
        cold.inc({ function: name, policy: POLICIES[0] }, figures.coldStarts);
        cold.inc({ function: name, policy: POLICIES[1] }, figures.comparedColdStarts);
      };
      for (const key of this.#metered.keys) {
        const figures = grown(key);
        if (figures !== undefined) count(key, figures);
        const row = rows.get(key);
        if (row === undefined) continue;
        rate.set({ function: key }, row.callsPerMinute);
        if (row.predictedPerMinute !== null) predicted.set({ function: key }, row.predictedPerMinute);
        desired.set({ function: key }, row.desiredInstances);
        gap.set({ function: key }, row.gap ? 1 : 0);
      }
      count(OTHER, rest);
    });
  }

  #grown(key: string): Grown | undefined {
    const detail = this.#plane.fn(key);
    if (detail === undefined) return undefined;
    const { ours, compared } = detail;
    return { calls: ours.calls, coldStarts: ours.coldStarts, comparedColdStarts: compared.coldStarts };
  }
}
