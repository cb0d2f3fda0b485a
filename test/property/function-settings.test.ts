/** What is configured of functions, looked up by key: the same as asking every entry in turn. */
import fc from 'fast-check';
import { CONTROL_DEFAULTS, FunctionControl } from 'isotherm/evaluate';
import { DEFAULT_MEMORY_MIB } from 'isotherm/trace';
import { expect, test } from 'vitest';
import { fitsKey } from '../../ts/core/decide/index.js';
import type { Config, FunctionsConfig } from '../../ts/server/config/index.js';
import { FunctionSettings } from '../../ts/server/control/function-settings.js';
import { ManagedFunction } from '../../ts/server/control/managed-function.js';
import { configOf } from '../planes.js';

const config = await configOf();

const entry = fc.record<FunctionsConfig>(
  {
    match: fc.constantFrom('a/b', 'a/c', 'b', '*', 'a/*', '*b', '*/*', 'a*b', 'constructor'),
    memoryMiB: fc.integer({ min: 128, max: 140 }),
    startMs: fc.integer({ min: 1, max: 9 }),
  },
  { requiredKeys: ['match'] },
);

test('of each key the first entry that matches and has it counts, whole keys and patterns alike', () => {
  const key = fc.constantFrom('a/b', 'a/c', 'b', 'c', 'constructor');
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 12 }), key, (functions, functionKey) => {
      const fitting = functions.filter(({ match }) => fitsKey(match, functionKey));
      const memoryMiB = fitting.find((one) => one.memoryMiB !== undefined)?.memoryMiB;
      const startMs = fitting.find((one) => one.startMs !== undefined)?.startMs;
      const found = new FunctionSettings({ ...config, functions }).of(functionKey, [], 0);
      expect(found.memoryMiB).toBe(memoryMiB ?? DEFAULT_MEMORY_MIB);
      if (startMs === undefined) expect(found.coldStartFrom).toBe('table');
      else expect(found).toMatchObject({ coldStartFrom: 'configured', coldStartMs: startMs });
    }),
  );
});

const settings = new FunctionSettings(config);

test('a configuration that says the same of functions is looked for in none of them', async () => {
  const read = await configOf();
  expect(settings.under({ ...read, log: { level: 'debug' }, retention: { ...read.retention, callsMs: 1 } })).toBe(
    settings,
  );
  const others: Partial<Config>[] = [
    { prediction: { ...read.prediction, modelType: 'last' } },
    { warming: { ...read.warming, maxWarmPool: 7 } },
    { policy: 'fixed-1min' },
    { prices: { ...read.prices, preWarmShare: 0.5 } },
    { carbon: { ...read.carbon, gramsPerKwh: 1 } },
    { functions: [{ match: '*', memoryMiB: 256 }] },
  ];
  for (const other of others) expect(settings.under({ ...read, ...other })).not.toBe(settings);
});

test('what it changes of a function is what is otherwise, and nothing else', () => {
  const held = { ...settings.of('a/b', [], 0), memoryMiB: 512 };
  // As a state that was saved and loaded has it.
  using control = new FunctionControl(JSON.parse(JSON.stringify(held)));
  const managed = new ManagedFunction(control, JSON.parse(JSON.stringify(config.carbon)), 0);
  expect(settings.changeOf(managed)).toBeNull();
  const change = (other: Partial<Config>) => new FunctionSettings({ ...config, ...other }).changeOf(managed);
  const prices = { ...config.prices, coldStartUsdPerS: 1 };
  expect(change({ prices })).toEqual({ setting: { prices } });
  expect(change({ functions: [{ match: 'a/b', memoryMiB: 1024 }] })).toEqual({ setting: { memoryMiB: 1024 } });
  const carbon = { ...config.carbon, gramsPerKwh: 1 };
  expect(change({ carbon })).toEqual({ place: carbon });
  expect(held.coldStartMs).toBe(CONTROL_DEFAULTS.coldStartMs);
});
