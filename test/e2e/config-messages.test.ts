/** What is wrong with a configuration is said with its place, its line, what was found and what was expected. */
import { describe, expect, test } from 'vitest';
import { ConfigInvalid, problemInWords } from '../../ts/server/config/index.js';
import { parseConfig } from '../../ts/server/config/parse.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** All problems, in words. */
const problemsOf = (text: string, env: Record<string, string> = {}): string[] =>
  parseConfig('isotherm.yaml', bytes(text), env).problems.map(problemInWords);

const ONLY = (text: string, env: Record<string, string> = {}): string => {
  const problems = problemsOf(text, env);
  expect(problems).toHaveLength(1);
  return problems[0]!;
};

describe('a value that is wrong', () => {
  test.each([
    ['prediction: {model_type: hybrid}', "1:26: prediction.model_type is 'hybrid'; expected one of auto, zero,"],
    ['prediction: {update_interval: 30 sec}', "update_interval is '30 sec'; expected a time from 1s to 1h;"],
    ['prediction: {update_interval: 30 sec}', 'did you mean 30s?'],
    ['prediction: {update_interval: 30000}', 'did you mean 30000ms?'],
    ['prediction: {prediction_horizon: 10m}', 'did you mean 10min?'],
    ['server: {body_limit: 10MB}', 'a size from 1KiB to 1GiB; a number is in bytes, 10MiB has its unit'],
    ['server: {body_limit: 10MB}', 'did you mean 10MiB?'],
    ['prediction: {update_interval: .nan}', 'update_interval is NaN; expected a time'],
    ['prediction: {update_interval: -5}', 'update_interval is -5; expected a time from 1s to 1h'],
    ['warming: {min_warm_pool: two}', "min_warm_pool is 'two'; expected a whole number from 0 to 1000"],
    ['warming: {min_warm_pool: 2.5}', 'min_warm_pool is 2.5; expected a whole number'],
    ['warming: {min_warm_pool: }', 'min_warm_pool is empty; expected a whole number'],
    ['warming: {min_warm_pool: [2]}', 'min_warm_pool is a list; expected a whole number'],
    ['warming: 7', '1:10: warming is 7; expected a section with keys: min_warm_pool, max_warm_pool, prewarm_buffer'],
    ['- a', '1:1: the file is a list; expected a section with keys: prediction'],
    ['auth: {required: yes}', "auth.required is 'yes'; expected true or false"],
    ['log: {level: inof}', "did you mean 'info'?"],
    ['policy: adaptve', "policy is 'adaptve'; expected one of infinite, adaptive,"],
    ['policy: adaptve', "did you mean 'adaptive'?"],
    ['policy: clairvoyant', 'which knows the future; expected one that decides function by function'],
    ['policy: faascache@8GiB', 'which shares one memory among all functions'],
    ['carbon: {region: us-east1}', "of which no grid is known at 'aws'; did you mean 'us-east-1'?"],
    ['limits: {default: {max_step: 0}}', 'max_step is 0; expected a whole number from 1 to 100000, or unlimited'],
    ['limits: {functions: {shop/pay: {max_instances: lots}}}', "limits.functions['shop/pay'].max_instances is 'lots'"],
    ['retention: {calls: always}', "retention.calls is 'always'; expected a time from 1h to 3650d;"],
    ['server: {cors: ["https://a.example/path"]}', "server.cors[0] is 'https://a.example/path'; expected an origin"],
    ['functions: [{match: a, platform: aws-lambda, runtime: nodejs22}]', "did you mean 'nodejs22.x'?"],
    ['functions: [{match: a, runtime: nodejs22.x}]', "is 'nodejs22.x' without a platform; expected both"],
  ])('%s', (text, words) => {
    expect(ONLY(text)).toContain(words);
  });
});

test('the line is shown, with a caret below what is meant', () => {
  expect(ONLY('prediction:\n  # ours\n  model_type: hybrid\r\n')).toBe(
    [
      "isotherm.yaml:3:15: prediction.model_type is 'hybrid'; expected one of auto, zero, last, ma5, ma15, ma60, snaive-day, snaive-week, snaive-level, recent-peak, arima",
      '  3 |   model_type: hybrid',
      '    |               ^^^^^^',
    ].join('\n'),
  );
});

describe('a key that does not exist', () => {
  test.each([
    ['warming: {min_warm_pol: 3}', "1:11: there is no key 'warming.min_warm_pol'; did you mean 'min_warm_pool'?"],
    ['warming: {minWarmPool: 3}', "did you mean 'min_warm_pool'?"],
    ['warming: {min_pool: 3}', "did you mean 'min_warm_pool'?"],
    ['min_warm_pool: 3', "there is no key 'min_warm_pool'; 'min_warm_pool' belongs to 'warming'"],
    ['warming: {elephant: 3}', 'expected one of min_warm_pool, max_warm_pool, prewarm_buffer'],
    ['predictions: {}', "did you mean 'prediction'?"],
    ['provider: {kind: push, url: http://x}', "there is no key 'provider.url' here; 'url' belongs to kind prometheus"],
    ['limits: {groups: [{name: a, match: b, max_instance: 1}]}', "did you mean 'max_instances'?"],
    ['__proto__: {a: 1}', "there is no key '__proto__'"],
  ])('%s', (text, words) => {
    expect(ONLY(text)).toContain(words);
  });
});

describe('keys that do not go together', () => {
  const server = 'kind: prometheus, url: "http://x:9090"';
  test.each([
    ['warming: {min_warm_pool: 5, max_warm_pool: 4}', 'min_warm_pool is 5, above warming.max_warm_pool (4)'],
    ['warming: {min_warm_pool: 101}', 'min_warm_pool is 101, above warming.max_warm_pool (100)'],
    ['prediction: {update_interval: 45}', 'update_interval is 45s; expected a divisor or a multiple of a minute'],
    ['prediction: {update_interval: 30min}', 'prediction_horizon is 10min, below prediction.update_interval (30min)'],
    [
      'limits: {default: {min_instances: 3, max_instances: 2}}',
      'limits.default has at least 3 and at most 2 instances',
    ],
    [
      'limits: {default: {max_instances: 2}, functions: {f: {min_instances: 3}}}',
      'limits.functions.f has at least 3 and at most 2 instances',
    ],
    ['limits: {groups: [{name: a, match: x}, {name: a, match: y}]}', "is 'a', as that of another group"],
    ['retention: {calls: 100d}', 'retention.calls is 100d, above retention.minutes (90d)'],
    [`provider: {${server}}`, "'provider' has neither 'preset' nor 'queries'"],
    [`provider: {${server}, preset: keda, queries: [a_total]}`, 'provider.preset and provider.queries are both set'],
    [`provider: {${server}, preset: keda, timeout: 30s}`, 'timeout is 30s, not below prediction.update_interval (30s)'],
    [`provider: {${server}, preset: keda, step: 20s}`, 'provider.step is 20s; expected whole seconds, a divisor'],
    [`provider: {${server}, preset: keda, username: me}`, 'provider.username is without provider.password'],
    [`provider: {${server}, preset: keda, headers: {authorization: x}}`, 'expected provider.bearer_token'],
    [`provider: {${server}, preset: keda, headers: {"a b": x}}`, 'a name or a value that HTTP does not allow'],
    ['provider: {kind: prometheus, preset: keda}', "'provider' has no 'url'; expected an address as in"],
    ['provider: {url: "http://x"}', "'provider' has no 'kind'; expected one of prometheus, replay, push"],
    ['provider: {kind: promtheus}', "did you mean 'prometheus'?"],
  ])('%s', (text, words) => {
    expect(ONLY(text)).toContain(words);
  });
});

describe('what is no YAML', () => {
  test.each([
    ['a: [1,\n', /^isotherm\.yaml:\d+:\d+: this is no YAML: /],
    ['a: "x', /:1:6: this is no YAML: missing closing/],
    ['\twarming: 1', /:1:1: a tab indents this; expected spaces\n/],
    ['--- 1\n--- 2', /:2:1: a second document begins here; expected one\n/],
    ['policy: !secret x', /there are no tags in this file/],
    ['warming: *nothing', /1:10: there is no anchor '&nothing' before this/],
    ['? [a]\n: 1', /this is no key; expected a name/],
    [
      'policy: adaptive\nlog: {}\npolicy: adaptive',
      /:3:1: the key 'policy' stands here twice; the first is on line 1\n/,
    ],
  ])('%j', (text, words) => {
    expect(problemsOf(text)[0]).toMatch(words);
  });

  test('bytes that are no text, files that are too long or too deep', () => {
    const of = (content: Uint8Array) =>
      parseConfig('isotherm.yaml', content, {}).problems.map(({ message }) => message);
    expect(of(Uint8Array.of(0xff, 0xfe, 0x61, 0))).toEqual([
      'isotherm.yaml: it is no UTF-8; expected YAML as text in UTF-8',
    ]);
    expect(of(new Uint8Array(5 << 20))[0]).toContain('expected at most 4194304');
    expect(of(bytes('['.repeat(100_000)))[0]).toContain('no YAML');
    expect(of(bytes(`${'['.repeat(100)}${']'.repeat(100)}`))[0]).toContain('nested too deeply');
  });

  test('aliases that stand for billions of values', () => {
    const lines = ['a0: &a0 [x, x]', ...Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)];
    expect(problemsOf(lines.join('\n'))).toEqual([expect.stringMatching(/stands for more than|nested too deeply/)]);
    expect(problemsOf('limits: &l {default: *l}')[0]).toMatch(/nested too deeply/);
  });
});

test('everything that is wrong comes at once, in the order of the file', () => {
  const problems = problemsOf(
    'server: {port: 70000}\nwarming: {min_warm_pool: 9, max_warm_pool: 1, x: 1}\npolicy: none\n',
    {
      ISOTHERM_LOG__LEVEL: 'loud',
    },
  );
  expect(problems.map((one) => one.slice(0, 40))).toEqual([
    expect.stringContaining('isotherm.yaml:1:16: server.port is 70000'),
    expect.stringContaining('isotherm.yaml:2:26: warming.min_warm'),
    expect.stringContaining('isotherm.yaml:2:47: there is no key'),
    expect.stringContaining("isotherm.yaml:3:9: policy is 'none'"),
    expect.stringContaining('environment variable ISOTHERM_LOG__LEVEL'),
  ]);
  const error = new ConfigInvalid(
    'isotherm.yaml',
    parseConfig('isotherm.yaml', bytes('server: {port: 70000}'), {}).problems,
  );
  expect(error).toMatchObject({ code: 'CONFIG_INVALID', place: { file: 'isotherm.yaml', line: 1, column: 16 } });
  expect(error.message).toMatch(/^isotherm\.yaml has one mistake\n\nisotherm\.yaml:1:16: /);
});

describe('a secret', () => {
  const SECRET = 'hunter2secret';
  test.each([
    `provider: {kind: prometheus, url: "http://x", preset: keda, bearer_token: ${SECRET}}`,
    `provider:\n  kind: prometheus\n  url: http://me:${SECRET}@x\n  preset: keda`,
    `store: {url: "postgres://me:${SECRET}@h/db"}`,
    `store: {url: "${SECRET}"}`,
    `provider:\n  bearer_tokn: ${SECRET}\n`,
    `provider:\n  bearer_token: "${SECRET}\n`,
    `provider:\n  bearer_token: |\n    ${SECRET}\n   x\n`,
    `provider: {kind: prometheus, headers: {X-Key: [${SECRET}]}}`,
    `provider: {kind: prometheus, headers: {X-Key: ${SECRET}, Authorization: ${SECRET}}}`,
    `provider: {kind: prometheus, headers: ${SECRET}}`,
    `provider: {kind: prometheus, password: [${SECRET}]}`,
    `bearer_token: ${SECRET}: x: y`,
  ])('is in no message: %j', (text) => {
    const problems = problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join('\n')).not.toContain(SECRET);
  });

  test('belongs elsewhere, and the message says where', () => {
    const text = 'provider: {kind: prometheus, url: "http://x", preset: keda, bearer_token: x}';
    expect(ONLY(text)).toContain('ISOTHERM_PROVIDER__BEARER_TOKEN, or in a file that provider.bearer_token_file names');
    expect(ONLY('store: {url: "postgres://a:b@c/d"}')).toContain(
      'DATABASE_URL, or in a file that store.url_file names',
    );
    expect(problemsOf('store: {url: "postgres://a@c/d"}')).toEqual([]);
    const named = ONLY('store: {}', { DATABASE_URL: 'mysql://a:hunter2@b' });
    expect(named).toContain('environment variable DATABASE_URL: store.url is not as it should be; expected a URL');
    expect(named).not.toContain('hunter2');
  });
});

test('what changes nothing by itself is accepted, with a warning', () => {
  const { warnings, problems } = parseConfig('isotherm.yaml', bytes('placement: {migration_threshold: 0.2}'), {});
  expect(problems).toEqual([]);
  expect(warnings.map(problemInWords)).toEqual([
    [
      'isotherm.yaml:1:13: placement.migration_threshold changes nothing without placement.nodes',
      '  1 | placement: {migration_threshold: 0.2}',
      '    |             ^^^^^^^^^^^^^^^^^^^',
    ].join('\n'),
  ]);
});
