/** Metrics as Prometheus takes them: their names, their bound, and every query of the alerts and the board over them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { example } from '../../ts/server/api/examples.js';
import { MeteredFunctions } from '../../ts/server/api/metered-functions.js';
import { MemoryPlane } from '../memory-plane.js';
import { noPrometheus } from '../prometheus.js';
import { type Sample, type Scraping, scraping } from '../scraping-prometheus.js';
import { type Json, type Running, running } from './api-server.js';
import { ROOT } from './docs-examples.js';

const ALERTS = join(ROOT, 'deploy/prometheus/alerts.yaml');
const alerts: { alert: string; expr: string; for: string; annotations: Record<string, string> }[] = parse(
  readFileSync(ALERTS, 'utf8'),
).groups.flatMap(({ rules }: Json) => rules);
const board: Json = JSON.parse(readFileSync(join(ROOT, 'deploy/grafana/board.json'), 'utf8'));

/** Says what the examples of the documents say, so that every series is there. */
class ShownPlane extends MemoryPlane {
  override status = () => ({ ...example.status, paused: [example.pause] });
  override summary = () => example.summary;
  override functions = () => ({ items: [example.functionRow], nextCursor: null });
}

let api: Running | undefined;
afterEach(async () => {
  await api?.close();
  api = undefined;
});

const metricsOf = async (): Promise<string> => (await fetch(`${api!.url}/metrics`)).text();

/** Where Prometheus is missing a test says so; in CI it fails. */
function needPrometheus(skip: (note: string) => void): void {
  if (noPrometheus === undefined) return;
  if (process.env.CI !== undefined) throw new Error(noPrometheus);
  skip(noPrometheus);
}

describe('metrics', () => {
  it('are named and explained by the conventions: promtool has nothing to say', async ({ skip }) => {
    needPrometheus(skip);
    api = await running({}, new ShownPlane());
    await fetch(`${api.url}/v1/status`);
    const text = await metricsOf();
    // Those of Node are prom-client's.
    const ours = text.split(/(?=# HELP )/).filter((one) => one.startsWith('# HELP isotherm_'));
    expect(ours.length).toBeGreaterThan(30);
    expect(execFileSync('promtool', ['check', 'metrics'], { input: ours.join(''), encoding: 'utf8' })).toBe('');
  });

  it('have no figure of a placement that there is no more', async () => {
    const plane = new ShownPlane();
    api = await running({}, plane);
    const [shown] = [plane.placement()];
    const sizes = ['isotherm_placed_functions', 'isotherm_placement_gap_ratio', 'isotherm_placement_staying_functions'];
    const said = async (): Promise<string[]> => {
      const text = await metricsOf();
      return sizes.filter((name) => new RegExp(`^${name} [0-9]`, 'm').test(text));
    };
    const decision = example.placement.decision!;
    plane.placement = () => ({ ...example.placement, state: 'waiting', decision });
    expect(await said()).toEqual(sizes);
    // None that keeps all limits: how good it is nobody can say.
    plane.placement = () => ({ ...example.placement, decision: { ...decision, alternatives: [], bound: null } });
    expect(await said()).toEqual([sizes[0], sizes[2]]);
    plane.placement = () => ({ ...example.placement, state: 'off', decision });
    expect(await said()).toEqual([]);
    plane.placement = () => ({ ...shown, decision: null });
    expect(await said()).toEqual([]);
  });

  it('are bounded however many functions and strange addresses there are', async () => {
    api = await running({ meteredFunctions: 10 });
    const samples = Array.from({ length: 500 }, (_, f) => ({ functionKey: `f${f}`, fromMs: 0, toMs: 1000, calls: f }));
    await api.plane.push(samples);
    for (let i = 0; i < 50; i++) await fetch(`${api.url}/strange-${i}`);
    const text = await metricsOf();
    const own = [...text.matchAll(/^isotherm_function_calls_total\{function="([^"]*)"\} (\d+)$/gm)];
    expect(own).toHaveLength(11);
    expect(own.reduce((sum, [, , calls]) => sum + Number(calls), 0)).toBe((500 * 499) / 2);
    expect(text).not.toContain('strange');
    expect(text).toContain('function="other"');
  });

  it('have label values that are escaped', async () => {
    api = await running();
    await api.plane.push([{ functionKey: 'a"b\\c\nd', atMs: 0, durationMs: 1 }]);
    expect(await metricsOf()).toContain('{function="a\\"b\\\\c\\nd"} 1\n');
  });

  it('never let `other` fall when a function gets a series of its own', () => {
    const metered = new MeteredFunctions(2);
    const row = (functionKey: string, calls: number) => ({
      ...example.functionRow,
      functionKey,
      calls,
      coldStarts: 0,
      comparedColdStarts: 0,
    });
    let last = 0;
    const steps = [
      [row('a', 10)],
      [row('a', 20), row('b', 15)],
      [row('c', 400), row('a', 20), row('b', 16)],
      [row('c', 500), row('d', 30), row('a', 20), row('b', 16)],
    ];
    // `b` and `c` have calls before they are among the busiest.
    const totals = [60, 80, 700, 900];
    for (const [i, rows] of steps.entries()) {
      const total = { calls: totals[i]!, coldStarts: 0, comparedColdStarts: 0 };
      const { calls } = metered.update(rows, total, (key) => rows.find(({ functionKey }) => functionKey === key));
      expect(calls).toBeGreaterThanOrEqual(last);
      last = calls;
    }
    expect([...metered.keys]).toEqual(['a', 'b']);
  });
});

describe('alerts and board', () => {
  let shown: Running;
  let prometheus: Scraping | undefined;
  let text: string;
  beforeAll(async () => {
    shown = await running({}, new ShownPlane());
    text = await (await fetch(`${shown.url}/metrics`)).text();
    await fetch(`${shown.url}/v1/status`);
    shown.plane.emit('gap', null, '');
    if (noPrometheus === undefined) prometheus = await scraping(`127.0.0.1:${shown.port}`);
  });
  afterAll(async () => {
    await prometheus?.stop();
    await shown.close();
  });

  const panels: [string, string][] = board.panels.flatMap(({ title, targets }: Json) =>
    targets.map(({ expr }: Json) => [title, expr]),
  );

  it.for(panels)('the board shows something: %s, %s', async ([, expr], { skip }) => {
    needPrometheus(skip);
    const query = expr.replaceAll('$instance', '.*').replaceAll('$function', '.*');
    const found: Sample[] = await prometheus!.query(query);
    // Nobody calls in the example, so that there is no waiting per call.
    if (!expr.includes('> 0)')) expect(found.length, query).toBeGreaterThan(0);
  });

  it('the board lays its panels side by side, each with a title and an explanation', () => {
    const taken = new Set<string>();
    for (const { title, description, gridPos } of board.panels) {
      expect(title.length * description.length).toBeGreaterThan(0);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x} ${y}`), title).toBe(false);
          taken.add(`${x} ${y}`);
        }
        expect(x).toBeLessThan(24);
      }
    }
  });

  it.for(alerts)('$alert asks for series that there are', async ({ expr }, { skip }) => {
    for (const [name] of expr.matchAll(/isotherm_\w+/g)) expect(text).toContain(`# TYPE ${name} `);
    needPrometheus(skip);
    await prometheus!.query(expr);
  });

  it('no alert fires while all is well but for what the example says', async ({ skip }) => {
    needPrometheus(skip);
    const firing = [];
    for (const { alert, expr } of alerts) if ((await prometheus!.query(expr)).length > 0) firing.push(alert);
    // The example is of another year, and has a pause.
    expect(firing).toEqual(['IsothermTickOld', 'IsothermNoSamples', 'IsothermPausedLong']);
  });

  it('every alert fires when it should, and not before: promtool', ({ skip }) => {
    needPrometheus(skip);
    const cases: Record<string, { series: Record<string, string>; at: string }> = {
      IsothermDown: { series: { 'up{job="isotherm"}': '0x400' }, at: '3m' },
      IsothermLoopBehind: { series: { isotherm_loop_running: '0x400' }, at: '4m' },
      IsothermTickOld: { series: { isotherm_last_tick_timestamp_seconds: '0x400' }, at: '8m' },
      IsothermTickSlow: { series: { isotherm_last_tick_duration_seconds: '6x400' }, at: '6m' },
      IsothermProviderDown: { series: { 'isotherm_provider_up{provider="prometheus"}': '0x400' }, at: '6m' },
      IsothermStoreDown: { series: { 'isotherm_store_up{store="pglite"}': '0x400' }, at: '3m' },
      IsothermNoSamples: { series: { isotherm_last_sample_timestamp_seconds: '0x400' }, at: '22m' },
      IsothermSamplesRejected: { series: { 'isotherm_samples_total{result="rejected"}': '0+1x400' }, at: '15m' },
      IsothermForecastsOff: { series: { isotherm_forecast_coverage_ratio: '0.5x400' }, at: '61m' },
      IsothermManyDemoted: {
        series: { isotherm_demoted_functions: '30x400', isotherm_functions: '100x400' },
        at: '61m',
      },
      IsothermLoses: { series: { isotherm_saved_usd: '100-1x400' }, at: '70m' },
      IsothermPausedLong: { series: { isotherm_paused_scopes: '1x1500' }, at: '24h1m' },
    };
    expect(Object.keys(cases)).toEqual(alerts.map(({ alert }) => alert));
    const tests = Object.entries(cases).map(([alertname, { series, at }]) => ({
      name: alertname,
      interval: '1m',
      input_series: Object.entries(series).map(([one, values]) => ({ series: one, values })),
      promql_expr_test: [
        {
          expr: `count(ALERTS{alertname="${alertname}",alertstate="firing"})`,
          eval_time: at,
          exp_samples: [{ labels: '{}', value: 1 }],
        },
        { expr: `count(ALERTS{alertname="${alertname}",alertstate="firing"})`, eval_time: '1m', exp_samples: [] },
      ],
    }));
    const folder = mkdtempSync(join(tmpdir(), 'isotherm-alerts-'));
    try {
      writeFileSync(
        join(folder, 'tests.yaml'),
        JSON.stringify({ rule_files: [ALERTS], evaluation_interval: '1m', tests }),
      );
      execFileSync('promtool', ['check', 'rules', '--lint=all', '--lint-fatal', ALERTS], { stdio: 'pipe' });
      execFileSync('promtool', ['test', 'rules', join(folder, 'tests.yaml')], { stdio: 'pipe' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
