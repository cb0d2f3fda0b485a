import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { pageData, timelineFunctions } from '../../ts/core/evaluate/page-data.js';
import { renderReport } from '../../ts/core/evaluate/report.js';
import { replayJson } from '../../ts/core/evaluate/report-json.js';
import { sampleResult, sampleTimelines } from './report-sample.js';

const ASSETS = { script: '/* no script */', style: '/* no style */' };
const HOSTILE = '</script><img src=x onerror=alert(1)>"\'&<!--\u2028';

describe('the page', () => {
  it('keeps what users named out of the markup', () => {
    const result = sampleResult({ functions: 3, key: (f) => `${HOSTILE}${f}`, title: HOSTILE });
    const html = renderReport(result, sampleTimelines(result, [0, 1]), ASSETS, `isotherm replay '${HOSTILE}'`);
    expect(html).not.toContain('<img');
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    const inlined = /<script type="application\/json" id="isotherm-data">([\s\S]*?)<\/script>/.exec(html)![1]!;
    expect(inlined).not.toMatch(/[<\u2028]/);
    expect(JSON.parse(inlined).functions[0].key).toContain(HOSTILE);
  });

  it('keeps the assets from ending their elements', () => {
    const html = renderReport(
      sampleResult({ functions: 3 }),
      [],
      { script: 'const a = "</script><!--";', style: 'a::after { content: "</style>"; }' },
      'isotherm replay x.csv',
    );
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html.match(/<\/style>/g)).toHaveLength(1);
  });

  it('names everything that reproduces it', () => {
    const html = renderReport(sampleResult(), [], ASSETS, 'isotherm replay x.csv --seed 1');
    for (const part of ['sha256:00', 'isotherm replay x.csv --seed 1', '0.0000041667 USD', 'even, 1', '1000 ms']) {
      expect(html).toContain(part);
    }
  });

  it('refuses the timeline of a function that was not replayed', () => {
    const result = sampleResult({ functions: 3 });
    const [timeline] = sampleTimelines(result, [0]);
    expect(() => renderReport(result, [{ ...timeline!, functionKey: 'other' }], ASSETS, '')).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_FUNCTION' }),
    );
  });

  it('stays small for a large fleet', () => {
    const result = sampleResult({ functions: 50_000 });
    const positions = timelineFunctions(result);
    expect(positions).toHaveLength(20);
    expect(new Set(positions).size).toBe(20);
    const html = renderReport(result, sampleTimelines(result, positions), ASSETS, '');
    expect(html.length).toBeLessThan(650_000);
  });
});

describe('its data', () => {
  const result = sampleResult();
  const data = pageData(result, sampleTimelines(result, [5]));

  it('has every cold-start rate of a small fleet, ascending', () => {
    const rates = result.columns['fixed-10min']!.coldStarts.map((cold, f) => cold / result.functionCalls[f]!).sort();
    expect(data.coldRates['fixed-10min']).toHaveLength(60);
    for (const [i, rate] of data.coldRates['fixed-10min']!.entries()) expect(rate).toBeCloseTo(rates[i]!, 4);
  });

  it('ranks functions by what they cost above clairvoyant', () => {
    const own = result.columns['fixed-10min']!.objectiveUsd;
    const bound = result.columns.clairvoyant!.objectiveUsd;
    const regret = Array.from(own, (usd, f) => usd - bound[f]!);
    const { worst, totalUsd, losingFunctions, holdFourFifths } = data.regret!['fixed-10min']!;
    expect(worst).toHaveLength(50);
    expect(data.functions[worst[0]!.function]!.key).toBe(result.functionKeys[regret.indexOf(Math.max(...regret))]);
    expect(worst.map((row) => row.regretUsd)).toEqual(worst.map((row) => row.regretUsd).toSorted((a, b) => b - a));
    expect(losingFunctions).toBe(regret.filter((usd) => usd > 0).length);
    const descending = regret.filter((usd) => usd > 0).toSorted((a, b) => b - a);
    const held = (functions: number): number => descending.slice(0, functions).reduce((sum, usd) => sum + usd, 0);
    expect(totalUsd).toBeCloseTo(held(descending.length), 12);
    expect(held(holdFourFifths)).toBeGreaterThanOrEqual(0.8 * totalUsd);
    expect(held(holdFourFifths - 1)).toBeLessThan(0.8 * totalUsd);
  });

  it('has no regret without clairvoyant', () => {
    expect(pageData(sampleResult({ policies: ['fixed-10min', 'infinite'] }), []).regret).toBeUndefined();
  });

  it('keeps the mean of a series that it thins', () => {
    const { calls, steps, stepMinutes } = data.timelines[0]!;
    expect(steps * stepMinutes).toBe(1440);
    let sum = 0;
    let covered = 0;
    for (let i = 0; i < calls.length; i += 2) {
      sum += calls[i]! * calls[i + 1]!;
      covered += calls[i + 1]!;
    }
    expect(covered).toBe(steps);
    const all = Array.from({ length: 1440 }, (_, minute) => (minute * 12 * 7919) % 13);
    expect(sum / steps).toBeCloseTo(all.reduce((total, each) => total + each, 0) / 1440, 1);
  });
});

describe('the JSON', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../ts/core/evaluate/report.schema.json', import.meta.url), 'utf8'),
  ) as object;
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

  it.each([
    ['all policies', sampleResult()],
    ['neither baseline nor bound', sampleResult({ policies: ['infinite'] })],
  ])('is as its schema says: %s', (_, result) => {
    const json = JSON.parse(JSON.stringify(replayJson(result))) as unknown;
    validate(json);
    expect(validate.errors).toBeNull();
  });

  it('has the exact totals, and counts the functions on both sides of the baseline', () => {
    const result = sampleResult();
    const json = replayJson(result);
    const own = result.columns.infinite!.objectiveUsd;
    const baseline = result.columns['fixed-10min']!.objectiveUsd;
    expect(json.policies.infinite).toMatchObject(result.policies.infinite!);
    expect(json.policies.infinite!.functionsWorse).toBe(own.filter((usd, f) => usd > baseline[f]!).length);
    expect(json.policies.infinite!.functionsBetter).toBe(own.filter((usd, f) => usd < baseline[f]!).length);
    expect(json.policies['fixed-10min']).toMatchObject({ functionsWorse: 0, functionsBetter: 0, kind: 'fixed' });
    expect(json.policies.clairvoyant).toMatchObject({ ratioToClairvoyant: 1, kind: 'bound' });
  });

  it('has a schema that refuses what is not in it', () => {
    const json = replayJson(sampleResult());
    expect(validate({ ...json, spread: 'odd' })).toBe(false);
    expect(validate({ ...json, extra: 1 })).toBe(false);
    expect(validate({ ...json, policies: {} })).toBe(false);
  });
});
