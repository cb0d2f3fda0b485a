import { describe, expect, it } from 'vitest';
import { renderTable } from '../../ts/core/cli/table.js';
import { count, duration, percent, threeDigits, usd } from '../../ts/core/decide/figures.js';
import { headline } from '../../ts/core/evaluate/headline.js';
import { shortNames } from '../../ts/core/evaluate/page/names.js';
import type { ReplayResult } from '../../ts/core/evaluate/report-model.js';
import { describePolicy } from '../../ts/core/evaluate/standings.js';
import { SAMPLE_POLICIES, sampleResult } from './report-sample.js';

describe('figures', () => {
  it.each([
    [0, '0'],
    [0.0012345, '0.00123'],
    [1, '1.00'],
    [999.4, '999'],
    [999.6, '1.00k'],
    [17_235_830, '17.2M'],
    [-6932, '-6.93k'],
    [1.5e16, '15000T'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '–'],
  ])('%d reads %s', (value, text) => expect(threeDigits(value)).toBe(text));

  it('has units', () => {
    expect([count(7), count(6932), usd(-17.642), percent(0.20923), duration(0.3756), duration(999.7)]).toEqual([
      '7',
      '6.93k',
      '-$17.6',
      '20.9\u00a0%',
      '0.376\u00a0ms',
      '1.00\u00a0s',
    ]);
  });
});

describe('short names', () => {
  it('are the last segment, or more where that is not unique', () => {
    expect(shortNames(['app/resize', 'shop/resize', 'app/mail'])).toEqual(['app/resize', 'shop/resize', 'mail']);
    expect(shortNames([`o/a/${'f'.repeat(60)}0123`])).toEqual(['ffffff…ff0123']);
    expect(shortNames([1, 2].map((n) => `synthetic/calibrated-00000${n}/main`))).toEqual([
      'calibr…000001/main',
      'calibr…000002/main',
    ]);
    const twins = ['x/a/f', 'y/a/f'];
    expect(shortNames(twins)).toEqual(twins);
  });
});

/** The sample with the costs replaced; the columns stay. */
function costing(costs: Record<string, number>): ReplayResult {
  const result = sampleResult({ policies: Object.keys(costs) });
  for (const [name, objectiveUsd] of Object.entries(costs)) result.policies[name]!.objectiveUsd = objectiveUsd;
  return result;
}

describe('a policy', () => {
  it.each([
    ['fixed-90s', 'fixed'],
    ['infinite', 'fixed'],
    ['lambda', 'fixed'],
    ['recent-peak', 'adaptive'],
    ['provisioned-peak', 'hindsight'],
    ['clairvoyant-prewarm', 'bound'],
    ['my-own', 'adaptive'],
  ])('named %s is %s', (name, kind) => expect(describePolicy(name).kind).toBe(kind));
});

describe('the headline', () => {
  it('says what the cheapest policy that can be run would save, and whom it costs', () => {
    const { answer, losses, bound } = headline(
      costing({ 'fixed-10min': 20, 'hybrid-histogram': 15, 'best-fixed-hindsight': 12, clairvoyant: 10 }),
    );
    expect(answer).toBe(
      'Against fixed-10min, hybrid-histogram would cut the cost by 25.0\u00a0%: $15.0 instead of $20.0.',
    );
    expect(losses).toMatch(/^It makes \d+ functions cheaper and \d+ dearer\. Cold starts (rise|fall) from /);
    expect(bound).toBe(
      'Knowing every arrival in advance, one would pay 50.0\u00a0% less by keep-alive alone (against fixed-10min).',
    );
  });

  it('admits that nothing beats the baseline', () => {
    const { answer, losses } = headline(costing({ 'fixed-10min': 15, infinite: 20, 'hybrid-histogram': 18 }));
    expect(answer).toBe('None of 2 other policies beats fixed-10min on cost here: $15.0.');
    expect(losses).toContain('The next, hybrid-histogram, costs 20.0\u00a0% more ($18.0).');
  });

  it('does not take hindsight or bounds for an answer', () => {
    expect(headline(costing({ 'best-fixed-hindsight': 1, clairvoyant: 1 })).answer).toBe(
      'No policy that a platform could run for each function by itself was replayed.',
    );
  });

  it('compares with nothing that was not replayed', () => {
    const alone = headline(costing({ infinite: 2 }));
    expect(alone).toEqual({
      answer: 'infinite costs: $2.00.',
      losses: '',
      bound: '',
      targets: '',
      dropped: '',
      prior: '',
    });
  });

  it('says so when a bound costs more', () => {
    expect(headline(costing({ 'fixed-10min': 10, clairvoyant: 11 })).bound).toContain('10.0\u00a0% more');
  });
});

describe('the table', () => {
  const plain = (width: number): string[] => renderTable(sampleResult(), { color: false, width }).split('\n');

  it.each([100, 80, 60, 200])('fits a terminal of %i columns and one screen', (width) => {
    const lines = plain(width);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(Math.min(width, 100));
    expect(lines.length).toBeLessThanOrEqual(30);
  });

  it('has a row per policy with its figures, and names the backend', () => {
    const result = sampleResult();
    const lines = plain(100);
    for (const name of SAMPLE_POLICIES) {
      const row = lines.find((line) => new RegExp(`^. ${name} `).test(line))!;
      const { coldStarts, objectiveUsd, idleGbS, wait } = result.policies[name]!;
      expect(row).toContain(count(coldStarts));
      expect(row).toContain(threeDigits(idleGbS / 3600));
      expect(row).toContain(usd(objectiveUsd));
      expect(row).toContain(duration(wait.meanMs).replace('\u00a0', ' '));
    }
    expect(lines.some((line) => line.startsWith('backend pure'))).toBe(true);
    expect(lines.filter((line) => line.startsWith('▸'))).toHaveLength(1);
  });

  it('says which columns a narrow terminal lacks', () => {
    expect(plain(60).join(' ')).toContain('Left out for want of room: ');
    expect(plain(80).join(' ')).not.toContain('Left out');
  });

  it('is the same text with and without colour', () => {
    const colored = renderTable(sampleResult(), { color: true, width: 100 });
    expect(colored).toContain('\u001b[');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes are what it takes away.
    expect(colored.replace(/\u001b\[[\d;]*m/g, '')).toBe(plain(100).join('\n'));
  });
});
