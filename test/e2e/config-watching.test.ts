/** Configurations in files that change while they are watched. */
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { changesBetween } from '../../ts/server/config/changes.js';
import { ROOT } from '../../ts/server/config/check.js';
import { loadConfig, type Reload, watchConfig } from '../../ts/server/config/index.js';
import { configFolder } from './config-folder.js';

const folder = configFolder();
const { at, write } = folder;

const EVERY_MS = 15;
let stop: AbortController | undefined;
let reloads: Reload[];
let watching: Promise<void>;

const watch = async (path?: string, env = {}): Promise<void> => {
  stop = new AbortController();
  const { signal } = stop;
  reloads = [];
  const loaded = await loadConfig(path, env);
  watching = watchConfig(loaded, (reload) => reloads.push(reload), signal, { env, everyMs: EVERY_MS });
};

const next = async (count: number): Promise<Reload> => {
  await expect.poll(() => reloads.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(count);
  expect(reloads).toHaveLength(count);
  return reloads[count - 1]!;
};

afterEach(async () => {
  stop?.abort();
  await watching;
});

/** Another value of each key that waits for a restart in a section that does not. */
const WAITING = { 'prediction.update_interval': '60s' };

test('every key that waits for a restart keeps its value, in a section that does not too', async () => {
  const waiting = Object.entries(ROOT.properties!).flatMap(([section, { properties = {}, ...node }]) =>
    Object.keys(properties)
      .filter((key) => !node['x-restart'] && properties[key]!['x-restart'])
      .map((key) => `${section}.${key}`),
  );
  expect(waiting).toEqual(Object.keys(WAITING));
  const old = await loadConfig(undefined, {});
  for (const [key, value] of Object.entries(WAITING)) {
    const name = `ISOTHERM_${key.toUpperCase().replace('.', '__')}`;
    const other = await loadConfig(undefined, { [name]: value });
    expect(other.config).not.toEqual(old.config);
    const { now, applied, afterRestart } = changesBetween(old, other);
    expect([applied, afterRestart]).toEqual([[], [key]]);
    expect(now.config).toEqual(old.config);
    expect(now.values).toEqual(old.values);
  }
});

test('takes what changed, however it was written, and says what needs a restart', async () => {
  const path = write('isotherm.yaml', 'limits: {default: {max_step: 3}}');
  await watch(path);
  writeFileSync(path, 'limits: {default: {max_step: 4}}\nlog: {level: debug}');
  expect(await next(1)).toMatchObject({
    kind: 'applied',
    applied: ['limits.default.max_step', 'log.level'],
    afterRestart: [],
    config: { limits: { default: { maxStep: 4 } }, log: { level: 'debug' } },
  });
  // As editors do: a new file in the place of the old one.
  const restarted = 'prediction: {update_interval: 60}\nserver: {port: 1}';
  write('isotherm.yaml.tmp', `limits: {default: {max_step: 5}}\nwarming: {max_warm_pool: 9}\n${restarted}`);
  renameSync(at('isotherm.yaml.tmp'), path);
  expect(await next(2)).toMatchObject({
    kind: 'applied',
    applied: ['warming.max_warm_pool', 'limits.default.max_step', 'log.level'],
    from: { 'warming.max_warm_pool': 100, 'limits.default.max_step': 4, 'log.level': 'debug' },
    to: { 'warming.max_warm_pool': 9, 'limits.default.max_step': 5, 'log.level': 'info' },
    afterRestart: ['prediction.update_interval', 'server.port'],
    config: {
      prediction: { modelType: 'auto', tickMs: 30_000 },
      limits: { default: { maxStep: 5 } },
      warming: { maxWarmPool: 9 },
      server: { port: 7717 },
    },
  });
  // What waits for a restart is said again as long as it waits.
  writeFileSync(path, 'limits: {default: {max_step: 6}}\nserver: {port: 1}\nprediction: {model_type: last}');
  expect(await next(3)).toMatchObject({
    applied: ['prediction.model_type', 'warming.max_warm_pool', 'limits.default.max_step'],
    afterRestart: ['server.port'],
    config: { prediction: { modelType: 'last', tickMs: 30_000 } },
  });
});

test('a file that is wrong, or away, changes nothing; what comes after it does', async () => {
  const path = write('isotherm.yaml', 'limits: {default: {max_step: 3}}');
  await watch(path);
  writeFileSync(path, 'limits: {default: {max_stop: 4}}');
  const refused = await next(1);
  expect(refused).toMatchObject({ kind: 'refused', error: { code: 'CONFIG_INVALID' } });
  expect(String((refused as { error: Error }).error.message)).toContain("did you mean 'max_step'?");
  rmSync(path);
  expect(await next(2)).toMatchObject({ kind: 'refused', error: { code: 'MISSING_FILE' } });
  writeFileSync(path, 'limits: {default: {max_step: 4}}');
  expect(await next(3)).toMatchObject({ kind: 'applied', applied: ['limits.default.max_step'] });
});

test('follows the files of a placement, and keeps the last that were right', async () => {
  write('nodes.json', '[{"regions": "aws:*", "tier": "cloud", "vcpu": 4, "memoryGib": 8}]');
  write('functions.yaml', '- {name: a, vcpu: 1}\n');
  const path = write('isotherm.yaml', 'placement: {nodes: nodes.json, functions: functions.yaml}\n');
  await watch(path);
  write('functions.yaml', '- {name: a, vcpu: 1}\n- {name: b, vcpu: 2}\n');
  const applied = await next(1);
  expect(applied).toMatchObject({ kind: 'applied', applied: ['placement.functions'], afterRestart: [] });
  const { config } = applied as { config: { placement: { files: { given: string } } } };
  expect(JSON.parse(config.placement.files.given).functions).toHaveLength(2);
  write('functions.yaml', '- {name: a, vcpu: 1}\n- {name: a, vcpu: 2}\n');
  const refused = await next(2);
  expect(refused).toMatchObject({ kind: 'refused', error: { code: 'CONFIG_INVALID' } });
  expect(String((refused as { error: Error }).error.message)).toContain(
    "functions.yaml:2:3: functions[1].name is 'a' once more",
  );
  write('functions.yaml', '- {name: a, vcpu: 3}\n');
  expect(await next(3)).toMatchObject({ kind: 'applied', applied: ['placement.functions'] });
  // One that is named for the first time, too.
  write('isotherm.yaml', 'placement: {nodes: nodes.json, functions: others.yaml}\n');
  expect(await next(4)).toMatchObject({ kind: 'refused', error: { code: 'CONFIG_INVALID' } });
  write('others.yaml', '- {name: a, vcpu: 4}\n');
  expect(await next(5)).toMatchObject({ kind: 'applied' });
});

test("follows figures of one's own for the network", async () => {
  write('nodes.json', '[{"regions": "aws:*", "tier": "cloud", "vcpu": 4, "memoryGib": 8}]');
  write('functions.yaml', '- {name: a, vcpu: 1}\n');
  const keys = 'nodes: nodes.json, functions: functions.yaml, round_trips: own.csv, link_gbps: 10';
  write('own.csv', 'from,to,roundTripMs\naws:eu-west-1,aws:us-east-1,70\n');
  await watch(write('isotherm.yaml', `placement: {${keys}}\n`));
  write('own.csv', 'from,to,roundTripMs\naws:eu-west-1,aws:us-east-1,60\n');
  const applied = await next(1);
  expect(applied).toMatchObject({ kind: 'applied', applied: ['placement.round_trips'], afterRestart: [] });
  const { config } = applied as { config: { placement: { files: { given: string }; linkGbps: number } } };
  expect(config.placement.linkGbps).toBe(10);
  expect(JSON.parse(config.placement.files.given).network).toEqual({
    roundTrips: [{ from: 'aws:eu-west-1', to: 'aws:us-east-1', value: 60 }],
    source: 'own.csv',
  });
});

test('takes the usual file when it comes, and misses it when it goes', async () => {
  const before = process.cwd();
  process.chdir(folder.path);
  try {
    await watch();
    await new Promise((resolve) => setTimeout(resolve, 6 * EVERY_MS));
    expect(reloads).toEqual([]);
    write('isotherm.yaml', 'limits: {default: {max_step: 3}}');
    expect(await next(1)).toMatchObject({ kind: 'applied', applied: ['limits.default.max_step'] });
    rmSync(at('isotherm.yaml'));
    expect(await next(2)).toMatchObject({ kind: 'refused', error: { code: 'MISSING_FILE' } });
  } finally {
    process.chdir(before);
  }
});

test('follows links that are swapped, as Kubernetes mounts a ConfigMap, and the files of secrets', async () => {
  for (const [name, level, token] of [
    ['one', 'info', 'first'],
    ['two', 'warn', 'second'],
  ] as const) {
    mkdirSync(at(name));
    const provider = 'provider: {kind: prometheus, url: "http://x", preset: keda, bearer_token_file: token}';
    write(`${name}/isotherm.yaml`, `${provider}\nlog: {level: ${level}}`);
    write(`${name}/token`, token);
  }
  symlinkSync('one', at('..data'));
  symlinkSync('..data/isotherm.yaml', at('isotherm.yaml'));
  symlinkSync('..data/token', at('token'));
  await watch(at('isotherm.yaml'));
  symlinkSync('two', at('..data_tmp'));
  renameSync(at('..data_tmp'), at('..data'));
  expect(await next(1)).toMatchObject({ applied: ['log.level'], afterRestart: ['provider.bearer_token_file'] });
  // Comments are no change.
  writeFileSync(at('two/isotherm.yaml'), `${readFileSync(at('two/isotherm.yaml'), 'utf8')}\n# a comment\n`);
  await new Promise((resolve) => setTimeout(resolve, 6 * EVERY_MS));
  expect(reloads).toHaveLength(1);
});
