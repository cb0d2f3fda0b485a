/** Whatever may be configured or set, functions can be controlled under it: nothing that is accepted ends the loop. */
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_LIMITS } from 'isotherm/decide';
import { FunctionControl } from 'isotherm/evaluate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT, type SchemaNode } from '../../ts/server/config/check.js';
import { type Config, loadConfig } from '../../ts/server/config/index.js';
import { FunctionSettings } from '../../ts/server/control/function-settings.js';
import { LimitsBook } from '../../ts/server/control/limits-book.js';
import { document } from '../api-document.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isotherm-bounds-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(section: string, value: unknown): Promise<Config> {
  const file = join(folder, 'isotherm.yaml');
  writeFileSync(file, JSON.stringify({ [section]: value }));
  return (await loadConfig(file, {})).config;
}

/** A function as the loop makes it, through two ticks and a restart. */
function control(config: Config, limits = new LimitsBook(config.limits, new Map(), 0).of('a/b')): void {
  const setting = new FunctionSettings(config).of('a/b', [], 1);
  using first = new FunctionControl(setting);
  first.tick(1);
  const startMs = Float64Array.of(setting.tickMs, setting.tickMs + 1);
  first.tick(2, { startMs, durationMs: Uint32Array.of(5, 2 ** 20), limits });
  using again = FunctionControl.load(setting, first.save());
  again.tick(3);
}

/** Keys with a least and a most. */
const bounded = ({ properties = {} }: SchemaNode): [string, SchemaNode][] =>
  Object.entries(properties).filter(([, { minimum }]) => minimum !== undefined);

/** What has to stand beside a value, so that it is accepted. */
const BESIDE: Record<string, Record<string, number>> = {
  min_warm_pool: { max_warm_pool: 1000 },
  max_warm_pool: { min_warm_pool: 0 },
  update_interval: { prediction_horizon: 21_600 },
};

const SECTIONS: [name: string, node: SchemaNode, wrap: (values: object) => unknown][] = [
  ...['prediction', 'warming', 'prices'].map((name): [string, SchemaNode, (values: object) => unknown] => [
    name,
    ROOT.properties![name]!,
    (values) => values,
  ]),
  ['limits', ROOT.properties!.limits!.properties!.default!, (values) => ({ default: values })],
  ['functions', ROOT.properties!.functions!.items!, (values) => [{ match: '*', ...values }]],
];

describe.each(SECTIONS)('the configuration of %s', (section, node, wrap) => {
  test.each(bounded(node))(
    'can have the least and the most of %s, and nothing beyond',
    async (key, { minimum, maximum }) => {
      for (const value of [minimum!, maximum!]) control(await load(section, wrap({ ...BESIDE[key], [key]: value })));
      for (const value of [minimum! - 1, maximum! + 1]) {
        await expect(load(section, wrap({ ...BESIDE[key], [key]: value }))).rejects.toMatchObject({
          code: 'CONFIG_INVALID',
        });
      }
    },
  );
});

test('limits that the API takes can be in force', async () => {
  const config = await load('log', {});
  const { properties } = document.components.schemas.LimitsPatch;
  const names = Object.keys(properties);
  expect(names).toHaveLength(5);
  for (const name of names) {
    const schema = [properties[name], ...(properties[name].anyOf ?? [])].find(({ minimum }) => minimum !== undefined);
    for (const value of [schema.minimum, schema.maximum]) control(config, { ...NO_LIMITS, [name]: value });
  }
});
