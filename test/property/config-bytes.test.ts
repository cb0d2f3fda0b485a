/** Whatever bytes a file holds, and whatever the environment says: a configuration, or what is wrong with it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { buildConfig } from '../../ts/server/config/build.js';
import { configSchema, problemInWords } from '../../ts/server/config/index.js';
import { parseConfig } from '../../ts/server/config/parse.js';

interface Node {
  type?: string | string[];
  enum?: string[];
  default?: unknown;
  properties?: Record<string, Node>;
  oneOf?: Node[];
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const SCHEMA = configSchema() as Node;

/** Either all is well and there is a configuration, or it is said what is not. */
function holds(content: Uint8Array, env: Record<string, string> = {}): void {
  const { values, problems } = parseConfig('isotherm.yaml', content, env);
  if (values === undefined) {
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) {
      const words = problemInWords(problem);
      expect(words.length).toBeLessThan(6000);
      expect(words).not.toMatch(/undefined|\[object|\p{Cc}(?<![\n\t])/u);
    }
    return;
  }
  expect(problems).toEqual([]);
  const config = buildConfig(values, '/', new Map());
  expect(config.warming.minWarmPool).toBeLessThanOrEqual(config.warming.maxWarmPool);
  expect(config.prediction.tickMs).toBeGreaterThanOrEqual(1000);
  expect(60_000 % config.prediction.tickMs === 0 || config.prediction.tickMs % 60_000 === 0).toBe(true);
}

test('any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (content) => holds(content)),
    { numRuns: 500, examples: [[Uint8Array.from([37, 0])]] },
  );
});

/** Keys that there are, keys that there are not, and values of every kind. */
const names = fc.oneof(
  fc.constantFrom(...allKeys(SCHEMA)),
  fc.string({ maxLength: 8 }),
  fc.constantFrom('__proto__', 'constructor', '', '0'),
);
const scalars = fc.oneof(
  fc.double(),
  fc.integer({ min: -2, max: 200 }),
  fc.boolean(),
  fc.constant(null),
  fc.string({ maxLength: 12 }),
  fc.constantFrom('auto', 'push', 'replay', 'prometheus', 'keda', '30s', '2h', 'forever', 'unlimited', 'http://x', '*'),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalars,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(names, tie('tree'), { maxKeys: 6 }),
  ),
}));

function allKeys(node: Node): string[] {
  const inner = [...(node.oneOf ?? []), ...Object.values(node.properties ?? {})];
  return [...new Set([...Object.keys(node.properties ?? {}), ...inner.flatMap(allKeys)])];
}

test('any YAML over keys that there are and that there are not', () => {
  fc.assert(
    fc.property(tree, (value) => holds(bytes(stringify(value)))),
    { numRuns: 1500 },
  );
});

test('a right file with a few characters changed', () => {
  const right = stringify({
    prediction: { model_type: 'ma5', update_interval: '30s' },
    provider: { kind: 'prometheus', url: 'http://x:9090', preset: 'keda', headers: { 'X-A': 'b' } },
    limits: { default: { max_step: 3 }, groups: [{ name: 'a', match: 'b*', cool_down: 5 }], functions: { f: {} } },
    functions: [{ match: '*', memory: '64MiB' }],
  });
  const edit = fc.record({
    at: fc.nat(right.length),
    cut: fc.nat(6),
    put: fc.string({ maxLength: 4, unit: 'grapheme' }),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      let text = right;
      for (const { at, cut, put } of edits) text = text.slice(0, at) + put + text.slice(at + cut);
      holds(bytes(text));
    }),
    { numRuns: 1000 },
  );
});

test('any environment', () => {
  const variables = fc.constantFrom(
    'ISOTHERM_PREDICTION__MODEL_TYPE',
    'ISOTHERM_PREDICTION__UPDATE_INTERVAL',
    'ISOTHERM_PROVIDER__KIND',
    'ISOTHERM_PROVIDER__URL',
    'ISOTHERM_PROVIDER__HEADERS',
    'ISOTHERM_LIMITS__FUNCTIONS',
    'ISOTHERM_LIMITS__GROUPS',
    'ISOTHERM_FUNCTIONS',
    'ISOTHERM_SERVER__CORS',
    'ISOTHERM_STORE__URL',
    'ISOTHERM_NO__SUCH',
    'DATABASE_URL',
  );
  const text = fc.oneof(
    fc.string({ maxLength: 20 }),
    scalars.map(String),
    tree.map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(fc.dictionary(variables, text, { maxKeys: 4 }), (env) => holds(bytes(''), env)),
    { numRuns: 500 },
  );
});

test('no secret of the environment or of a file is in what is said', () => {
  const secret = 'hunter2secret';
  const keys = ['bearer_token', 'bearer_tokn', 'password', 'headers', 'url', 'token'];
  const shape = fc.constantFrom(
    (key: string) => `provider:\n  ${key}: ${secret}\n`,
    (key: string) => `provider: {${key}: ${secret}`,
    (key: string) => `provider: {${key}: [${secret}]}`,
    (key: string) => `provider:\n  ${key}: |\n    ${secret}\n\t- x`,
    (key: string) => `provider:\n  ${key}:\n    - ${secret}\n`,
    (key: string) => `provider: {kind: prometheus, ${key}: "${secret}", lag: x}`,
    (key: string) => `store: {${key}: ${secret}}`,
    (key: string) => `${key}: ${secret}\n${key}: ${secret}`,
  );
  fc.assert(
    fc.property(
      shape,
      fc.constantFrom(...keys),
      fc.constantFrom('', ']', '\n  -', '"', ': ', '\n&'),
      (make, key, junk) => {
        const { problems } = parseConfig('isotherm.yaml', bytes(make(key) + junk), {
          ISOTHERM_PROVIDER__PASSWORD: secret,
        });
        expect(problems.map(problemInWords).join('\n')).not.toContain(secret);
      },
    ),
    { numRuns: 300 },
  );
});

test('every default round-trips', () => {
  const { values } = parseConfig('isotherm.yaml', bytes(''), {});
  const again = parseConfig('isotherm.yaml', bytes(stringify(JSON.parse(JSON.stringify(values)))), {});
  expect(again.problems).toEqual([]);
  expect(JSON.stringify(again.values)).toBe(JSON.stringify(values));
  expect(buildConfig(again.values!, '/', new Map())).toEqual(buildConfig(values!, '/', new Map()));
  // One by one, as an operator would write them.
  const leaves: [path: string[], value: unknown][] = [];
  const visit = (node: Node, path: string[]): void => {
    if (node.default !== undefined && path.length > 1) leaves.push([path, node.default]);
    for (const [key, below] of Object.entries(node.properties ?? {})) visit(below, [...path, key]);
  };
  visit(SCHEMA, []);
  expect(leaves.length).toBeGreaterThan(25);
  for (const [path, value] of leaves) {
    const one = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
    const found = parseConfig('isotherm.yaml', bytes(stringify(one)), {});
    expect(found.problems, path.join('.')).toEqual([]);
    expect(JSON.parse(JSON.stringify(found.values))).toEqual(JSON.parse(JSON.stringify(values)));
  }
});
