/** Configurations in files: loaded and shown; and what is made of their schema. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { Ajv } from 'ajv';
import { PLACEMENT_WEIGHTS } from 'isotherm/decide';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { parse } from 'yaml';
import type { ConfigRoom } from '../../ts/core/cli/server.js';
import { PROMETHEUS_PRESETS } from '../../ts/core/trace/index.js';
import * as room from '../../ts/server/config/index.js';
import { configReference, configSchema, loadConfig, showConfig } from '../../ts/server/config/index.js';
import { environment, MAIN } from './cli-replay-run.js';
import { configFolder } from './config-folder.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const folder = configFolder();
const { at, write } = folder;

const code = (promise: Promise<unknown>): Promise<{ code: string; message: string }> =>
  promise.then(
    () => ({ code: 'none', message: '' }),
    (error) => error,
  );

describe('loading', () => {
  test('the keys of the reference systems, with their defaults, and ours', async () => {
    const { config } = await loadConfig(write('isotherm.yaml', ''), {});
    expect(config).toEqual({
      prediction: { modelType: 'auto', horizonMs: 600_000, tickMs: 30_000 },
      warming: { minWarmPool: 2, maxWarmPool: 100, prewarmBuffer: 1.2 },
      placement: {
        optimizationIntervalMs: 300_000,
        migrationThreshold: 0.15,
        movesAtOnce: 5,
        coolDownMs: 3_600_000,
        usersIn: null,
        linkGbps: 1,
        weights: PLACEMENT_WEIGHTS,
        limits: {},
        files: null,
      },
      policy: 'adaptive',
      provider: { kind: 'push', lagMs: 5000 },
      prices: { idleUsdPerGbS: 4.1667e-6, coldStartUsdPerS: 5e-4, preWarmShare: 0.1 },
      carbon: { provider: 'aws', region: 'us-east-1' },
      limits: {
        default: {
          minInstances: 0,
          maxInstances: Number.POSITIVE_INFINITY,
          maxStep: Number.POSITIVE_INFINITY,
          maxRatePerMin: Number.POSITIVE_INFINITY,
          coolDownMs: 0,
          paused: false,
        },
        groups: [],
        functions: {},
      },
      functions: [],
      store: { kind: 'embedded', path: at('isotherm-data') },
      server: { host: '127.0.0.1', port: 7717, corsOrigins: [], bodyLimitBytes: 10_485_760, requestsPerMin: 60_000 },
      auth: { required: false },
      retention: { callsMs: 172_800_000, minutesMs: 7_776_000_000, receiptsMs: Number.POSITIVE_INFINITY },
      log: { level: 'info' },
    });
  });

  test('the environment counts over the file, and each variable is typed by its key', async () => {
    const path = write('isotherm.yaml', 'warming: {min_warm_pool: 4}\nstore: {path: here}\nserver: {cors: []}');
    const { config } = await loadConfig(path, {
      ISOTHERM_WARMING__MIN_WARM_POOL: '7',
      ISOTHERM_PREDICTION__UPDATE_INTERVAL: '15s',
      ISOTHERM_PREDICTION__PREDICTION_HORIZON: '1200',
      ISOTHERM_AUTH__REQUIRED: 'true',
      ISOTHERM_SERVER__CORS: 'https://a.example, https://b.example',
      ISOTHERM_LIMITS__FUNCTIONS: '{"shop/pay": {"min_instances": 1, "cool_down": "2min"}}',
      ISOTHERM_FUNCTIONS: '[{match: "*", memory: 64MiB}]',
      ISOTHERM_POLICY: 'adaptive@1%',
      DATABASE_URL: 'postgres://me:secret@db/x',
      ISOTHERM_WARMING__MAX_WARM_POOL: '',
      // Not for us: the backend, and what Kubernetes sets for a service of this name.
      ISOTHERM_BACKEND: 'pure',
      ISOTHERM_PORT: 'tcp://10.0.0.1:7717',
      ISOTHERM_SERVICE_HOST: '10.0.0.1',
    });
    expect(config).toMatchObject({
      prediction: { horizonMs: 1_200_000, tickMs: 15_000 },
      warming: { minWarmPool: 7, maxWarmPool: 100 },
      auth: { required: true },
      policy: 'adaptive@1%',
      server: { corsOrigins: ['https://a.example', 'https://b.example'] },
      limits: { functions: { 'shop/pay': { minInstances: 1, coolDownMs: 120_000 } } },
      functions: [{ match: '*', memoryMiB: 64 }],
      store: { kind: 'postgres' },
    });
    expect(config.store.kind === 'postgres' && config.store.url.reveal()).toBe('postgres://me:secret@db/x');
  });

  test('what is wrong in a variable names it', async () => {
    const found = await code(
      loadConfig(write('a.yaml', ''), { ISOTHERM_PREDICTION__HORIZON: '5', ISOTHERM_LIMITS__GROUPS: '{' }),
    );
    expect(found.code).toBe('CONFIG_INVALID');
    expect(found.message).toContain(
      'environment variable ISOTHERM_PREDICTION__HORIZON: there is no such key; did you mean ISOTHERM_PREDICTION__PREDICTION_HORIZON?',
    );
    expect(found.message).toContain(
      'environment variable ISOTHERM_LIMITS__GROUPS: it is no YAML; expected array as in',
    );
    const pool = await code(
      loadConfig(write('a.yaml', 'warming: {max_warm_pool: 3}'), { ISOTHERM_WARMING__MIN_WARM_POOL: '4' }),
    );
    expect(pool.message).toContain(
      'environment variable ISOTHERM_WARMING__MIN_WARM_POOL: warming.min_warm_pool is 4, above',
    );
  });

  const PROMETHEUS = 'provider: {kind: prometheus, url: "http://x:9090", preset: keda';
  const secretsOf = async (...given: Parameters<typeof loadConfig>): Promise<Record<string, string>> => {
    const { provider } = (await loadConfig(...given)).config;
    if (provider.kind !== 'prometheus') throw new Error('no prometheus');
    return Object.fromEntries(Object.entries(provider.headers).map(([name, secret]) => [name, secret.reveal()]));
  };

  test.each(['postgresql://me@/x?host=%2Frun%2Fpostgresql', 'postgresql:///x?host=%2Frun%2Fpostgresql'])(
    'a database may be at a socket: %s',
    async (url) => {
      const { config } = await loadConfig(write('isotherm.yaml', ''), { DATABASE_URL: url });
      expect(config.store.kind === 'postgres' && config.store.url.reveal()).toBe(url);
    },
  );

  test('secrets come from files and from the environment, which counts before them, and are never shown', async () => {
    write('token', 'from-a-file\n');
    const withFile = write(
      'isotherm.yaml',
      `${PROMETHEUS}, bearer_token_file: token, headers: {X-Scope-OrgID: tenant}}`,
    );
    expect(await secretsOf(withFile, {})).toEqual({ Authorization: 'Bearer from-a-file', 'X-Scope-OrgID': 'tenant' });
    const variable = { ISOTHERM_PROVIDER__BEARER_TOKEN: 'from-a-variable' };
    expect(await secretsOf(withFile, variable)).toMatchObject({ Authorization: 'Bearer from-a-variable' });
    const named = write('b.yaml', `${PROMETHEUS}, username: me}`);
    expect(await secretsOf(named, { ISOTHERM_PROVIDER__PASSWORD: 'öffne' })).toEqual({
      Authorization: `Basic ${Buffer.from('me:öffne').toString('base64')}`,
    });
    for (const env of [{}, variable]) {
      const loaded = await loadConfig(withFile, { ...env, DATABASE_URL: 'postgres://me:hunter2@db/x' });
      const shown = [
        JSON.stringify(loaded),
        inspect(loaded, { depth: 20 }),
        String(loaded.values.store),
        showConfig(loaded),
      ];
      for (const text of shown) expect(text).not.toMatch(/from-a-|hunter2|tenant/);
    }
    const shown = showConfig(await loadConfig(withFile, { DATABASE_URL: 'postgres://me:hunter2@db/x' }));
    expect(shown).toMatch(/^provider\.headers: \{"X-Scope-OrgID":"\*+"\} +# .*isotherm\.yaml:1$/m);
    expect(shown).toMatch(/^store\.url: postgres:\/\/me:\*+@db\/x +# environment DATABASE_URL$/m);
    expect(shown).toMatch(/^provider\.bearer_token: \*+ +# the file token$/m);
    expect(shown).toMatch(/^prediction\.model_type: auto +# default$/m);
  });

  test.each([
    ['', 'it is empty; expected the secret in it'],
    ['a\nb', 'it has several lines'],
    [undefined, 'it cannot be read (ENOENT)'],
  ])('a file with a secret that is none: %j', async (text, words) => {
    if (text !== undefined) write('token', text);
    const found = await code(loadConfig(write('isotherm.yaml', `${PROMETHEUS}, bearer_token_file: token}`), {}));
    expect(found.message).toContain(`provider.bearer_token_file names token: ${words}`);
  });

  test('a file that is not there', async () => {
    expect(await code(loadConfig(at('none.yaml'), {}))).toMatchObject({ code: 'MISSING_FILE' });
    expect(await code(loadConfig(folder.path, {}))).toMatchObject({ code: 'CANNOT_READ' });
  });
});

test('what is wrong in the files of a placement is shown at its line', async () => {
  write('isotherm.yaml', 'placement: {nodes: nodes.yaml, functions: functions.yaml}\n');
  write('nodes.yaml', 'nodes:\n  - {regions: "aws:*", tier: cloud, vcpu: 4, memoryGib: 8}\n');
  const said = (): Promise<string> =>
    loadConfig(at('isotherm.yaml'), {}).then(
      () => 'it is right',
      (error: Error) => error.message,
    );
  const says = (functions: string): Promise<string> => {
    write('functions.yaml', functions);
    return said();
  };
  expect(await says('functions:\n  - name: a\n    vcpu: much\n')).toBe(
    [
      `${at('isotherm.yaml')} has one mistake`,
      '',
      'functions.yaml:3:11: functions[0].vcpu is "much"; expected a finite number of at least 0, at most 1000000000000000',
      '  3 |     vcpu: much',
      '    |           ^^^^',
    ].join('\n'),
  );
  // The list by itself, a field that there is not, a region, what is missing.
  expect(await says('- name: a\n  vcpu: 1\n  cpu: 2\n')).toMatch(
    /\nfunctions\.yaml:3:8: functions\[0\]: there is no field 'cpu'/,
  );
  expect(await says('- {name: a, vcpu: 1, callsPerHour: {"aws:mars": 1}}\n')).toMatch(
    /\nfunctions\.yaml:1:49: functions\[0\]\.callsPerHour\.aws:mars names the region 'aws:mars', of which nothing is known/,
  );
  expect(await says('- {name: a}\n')).toMatch(/\nfunctions\.yaml:1:3: functions\[0\]\.vcpu is missing/);
  expect(await says('- {name: a\n')).toMatch(/\nfunctions\.yaml:2:1: /);
  rmSync(at('functions.yaml'));
  expect(await said()).toMatch(
    /placement\.functions names functions\.yaml: it cannot be read \(ENOENT\); expected a file with functions/,
  );
  write('functions.json', '[{"name": "a",\n "vcpu": -1}]');
  write('isotherm.yaml', 'placement: {nodes: nodes.yaml, functions: functions.json, users_in: "aws:eu-wets-1"}\n');
  expect(await said()).toMatch(/isotherm\.yaml:1:69: placement\.users_in .* did you mean 'aws:eu-west-1'\?/);
  write('isotherm.yaml', 'placement: {nodes: nodes.yaml, functions: functions.json}\n');
  expect(await said()).toMatch(/\nfunctions\.json:2:10: functions\[0\]\.vcpu is -1/);
  // Figures of one's own between regions.
  const own = (more: string) =>
    write('isotherm.yaml', `placement: {nodes: nodes.yaml, functions: functions.yaml, round_trips: own.csv${more}}\n`);
  write('functions.yaml', '- {name: a, vcpu: 1}\n');
  own('');
  expect(await said()).toMatch(
    /placement\.round_trips names own\.csv: it cannot be read \(ENOENT\); expected a file with round trips/,
  );
  // What it would say of the regions of the nodes nobody knows: they are not wrong.
  expect(await said()).not.toMatch(/nodes\.yaml/);
  write('own.csv', 'from,to,roundTripMs\nedge:lisbon,aws:eu-west-1,31\nedge:lisbon,aws:eu-west-2,far\n');
  expect(await said()).toMatch(/\nown\.csv:3: 'far' stands for roundTripMs; expected a finite number/);
  write('own.csv', 'from,to,roundTripMs\nedge:lisbon,aws:eu-west-1,31\n');
  expect(await said()).toBe('it is right');
  own(', users_in: "edge:porto"');
  expect(await said()).toMatch(/placement\.users_in: users are in the region 'edge:porto', of which nothing is known/);
  own(', users_in: "edge:lisbon"');
  expect(await said()).toMatch(/no round trip is known from edge:lisbon to aws:.*; expected one/);
  write('nodes.yaml', '- {name: n, tier: cloud, provider: aws, region: eu-west-1, vcpu: 4, memoryGib: 8}\n');
  expect(await said()).toBe('it is right');
  write('isotherm.yaml', 'placement: {nodes: nodes.yaml, functions: functions.yaml, users_in: "edge:own"}\n');
  expect(await said()).toMatch(/placement\.users_in: users are in the region 'edge:own', of which nothing is known/);
  const measured = 'region: eu-west-1, vcpu: 4, memoryGib: 8, roundTripsMs: {"edge:own": 3}';
  write('nodes.yaml', `- {name: n, tier: cloud, provider: aws, ${measured}}\n`);
  expect(await said()).toBe('it is right');
  own(', link_gbps: 0');
  expect(await said()).toMatch(/placement\.link_gbps/);
  write('isotherm.yaml', 'placement: {nodes: nodes.yaml}\n');
  expect(await said()).toMatch(/placement\.nodes is without placement\.functions; expected both/);
});

test('a large fleet is read beside the event loop, and what is wrong in it found all the same', async () => {
  const built = await import('isotherm-server/config');
  const lines = Array.from({ length: 4000 }, (_, f) => [
    `  - name: "shop/function-${f}"`,
    `    vcpu: 0.5`,
    `    memoryMiB: ${128 + f}`,
    `    callsPerHour: { 'aws:eu-west-1': ${f}, 'aws:us-east-1': ${2 * f} }`,
  ]);
  write('nodes.yaml', 'nodes:\n  - {regions: "aws:*", tier: cloud, vcpu: 4, memoryGib: 8}\n');
  write('functions.yaml', `functions:\n${lines.flat().join('\n')}\n`);
  const path = write('isotherm.yaml', 'placement: {nodes: nodes.yaml, functions: functions.yaml}\n');
  let [turns, isRead] = [0, false];
  const reading = built.loadConfig(path, {}).finally(() => {
    isRead = true;
  });
  for (; !isRead; turns++) await new Promise((resolve) => setImmediate(resolve));
  const { files } = (await reading).config.placement;
  expect(files!.names).toHaveLength(4000);
  expect(JSON.parse(files!.given).functions.functions[3999].memoryMiB).toBe(4127);
  // At once it would be some ten.
  expect(turns).toBeGreaterThan(200);
  write('functions.yaml', `functions:\n${lines.flat().join('\n')}\n  - name: last\n    vcpu: much\n`);
  const refused = await code(built.loadConfig(path, {}));
  expect(refused).toMatchObject({ code: 'CONFIG_INVALID' });
  expect(refused.message).toContain('functions.yaml:16003:11: functions[4000].vcpu is "much"');
});

describe('the command', () => {
  const isotherm = (args: string[], env: Record<string, string> = {}) => {
    const ran = spawnSync(process.execPath, [MAIN, 'config', ...args], {
      cwd: folder.path,
      env: { ...environment(), ...env },
      encoding: 'utf8',
    });
    return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
  };

  test('asks for what the server has', () => {
    expectTypeOf<typeof room.loadConfig>().parameter(0).toEqualTypeOf<Parameters<ConfigRoom['loadConfig']>[0]>();
    expectTypeOf<ReturnType<typeof room.loadConfig>>().toExtend<ReturnType<ConfigRoom['loadConfig']>>();
    expectTypeOf<typeof room.configSchema>().toExtend<ConfigRoom['configSchema']>();
    expect(['loadConfig', 'showConfig', 'shownKeys', 'configSchema'].filter((name) => !(name in room))).toEqual([]);
  });

  test('check, show and schema, with their exit codes', () => {
    expect(isotherm(['check'])).toEqual({
      code: 0,
      stdout: 'There is no isotherm.yaml here: the defaults are right.\n',
      stderr: '',
    });
    write('isotherm.yaml', 'placement: {migration_threshold: 0.1}\nlog: {level: warn}\n');
    const warned = isotherm(['check']);
    expect(warned).toMatchObject({ code: 0, stdout: 'isotherm.yaml is right, with 1 warning.\n' });
    expect(warned.stderr).toMatch(
      /^isotherm\.yaml:1:13: placement\.migration_threshold changes nothing without placement\.nodes/,
    );
    write('wrong.yaml', 'log: {level: wran}\n');
    const wrong = isotherm(['check', 'wrong.yaml']);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toMatch(/^CONFIG_INVALID: wrong\.yaml has one mistake\n\nwrong\.yaml:1:14: /);
    expect(isotherm(['show', 'wrong.yaml']).code).toBe(2);
    expect(isotherm(['check', 'none.yaml'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('MISSING_FILE'),
    });
    expect(isotherm(['nonsense']).code).toBe(2);
    const { stdout } = isotherm(['show', '--json'], { DATABASE_URL: 'postgres://me:hunter2@db/x' });
    expect(stdout).not.toContain('hunter2');
    expect(JSON.parse(stdout)).toContainEqual({
      key: 'log.level',
      value: 'warn',
      origin: { from: 'file', file: 'isotherm.yaml', line: 2, column: 7 },
    });
    expect(JSON.parse(isotherm(['schema']).stdout)).toEqual(configSchema());
  });
});

describe('what is made of the schema', () => {
  test('the JSON Schema that is committed', () => {
    expect(JSON.parse(textOf('ts/server/config/isotherm.schema.json'))).toEqual(configSchema());
  });

  test('is one that takes the example and refuses slips', async () => {
    const validate = new Ajv({ strict: false, discriminator: true }).compile(configSchema());
    const example = textOf('deploy/isotherm.example.yaml');
    expect(validate(parse(example))).toBe(true);
    expect(validate({ warming: { min_warm_pol: 1 } })).toBe(false);
    expect(validate({ prediction: { update_interval: '30 sec' } })).toBe(false);
    const { warnings, config } = await loadConfig(join(ROOT, 'deploy/isotherm.example.yaml'), {});
    expect(warnings).toEqual([]);
    expect(config.provider.kind).toBe('prometheus');
    for (const { name } of PROMETHEUS_PRESETS) expect(example).toContain(name);
  });

  test("every default in the example is the schema's", async () => {
    const example = parse(textOf('deploy/isotherm.example.yaml'));
    const { values } = await loadConfig(write('isotherm.yaml', ''), {});
    for (const section of ['prediction', 'warming', 'retention', 'log', 'server'] as const) {
      expect(values[section]).toMatchObject(example[section]);
    }
  });

  test('the tables of the page', () => {
    expect(textOf('docs/configuration.md')).toContain(`\n${configReference()}\n`);
  });
});
