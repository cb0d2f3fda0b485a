/** Whether a target for cold calls was met, by hand, and that screen, JSON and report say so. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { renderTable } from '../../ts/core/cli/table.js';
import { headline, renderReport, replay, replayJson } from '../../ts/core/evaluate/index.js';
import { targetOutcome, targetSentence } from '../../ts/core/evaluate/target-outcome.js';
import { generateTrace } from '../../ts/core/trace/index.js';

describe('a target for cold calls', () => {
  it('allows whole cold starts: two of 299 at 1 %, three of 300', () => {
    const missed = (calls: number, cold: number) => targetOutcome(0.01, [cold], [calls]).coldStartsOver;
    expect([missed(299, 2), missed(299, 3), missed(300, 3), missed(300, 4)]).toEqual([0, 1, 0, 1]);
    // Floats make 28.999… of 29.
    expect(targetOutcome(0.29, [29], [100]).isReached).toBe(true);
  });

  it('is counted function by function: what one has to spare helps no other', () => {
    const outcome = targetOutcome(0.01, [1, 0, 30, 1, 0], [50, 1000, 1000, 100, 0]);
    expect(outcome).toEqual({
      coldStartRate: 0.01,
      isReached: false,
      functionsMissed: 2,
      coldStartsOver: 1 + 20,
      functionsTooFewCalls: 1,
    });
    expect(targetSentence('adaptive@1%', outcome, 32 / 2150, 5).replaceAll('\u00a0', ' ')).toBe(
      'adaptive@1% missed its target of 1.00 % for 2 of 5 functions, by 21 cold starts: of all calls 1.49 % were cold. 1 of them has too few calls for a single cold one, and a first call is always cold.',
    );
  });

  it('met is said too', () => {
    const outcome = targetOutcome(0.05, [1], [100]);
    expect(targetSentence('adaptive@5%', outcome, 0.01, 1).replaceAll('\u00a0', ' ')).toBe(
      'adaptive@5% met its target: of no function more than 5.00 % of the calls were cold, and of all calls 1.00 % were cold.',
    );
  });
});

describe('a replay with targets', () => {
  const trace = generateTrace({ pattern: 'diurnal', functions: 4, days: 1, seed: 2, calls: 3000 });
  const options = { policies: ['fixed-10min', 'adaptive@0.1%', 'adaptive-keepalive@100%'] };
  const result = replay(trace, options);

  it('counts what its columns say', () => {
    const { policies } = replayJson(result);
    const { coldStarts } = result.columns['adaptive@0.1%']!;
    const over = coldStarts.map((cold, f) => Math.max(0, cold - Math.floor(result.functionCalls[f]! / 1000)));
    expect(over.some((count) => count > 0)).toBe(true);
    expect(policies['adaptive@0.1%']!.target).toMatchObject({
      coldStartRate: 0.001,
      isReached: false,
      functionsMissed: over.filter((count) => count > 0).length,
      coldStartsOver: over.reduce((sum, count) => sum + count, 0),
    });
    expect(policies['adaptive-keepalive@100%']!.target).toMatchObject({ isReached: true, functionsMissed: 0 });
    expect(policies['fixed-10min']).not.toHaveProperty('target');
    const schema = JSON.parse(readFileSync('ts/core/evaluate/report.schema.json', 'utf8'));
    const isValid = new Ajv2020().compile(schema);
    expect(isValid(JSON.parse(JSON.stringify(replayJson(result)))), JSON.stringify(isValid.errors)).toBe(true);
  });

  it('says on screen and in the report which was missed and which was met', () => {
    const { targets } = headline(result);
    expect(targets).toMatch(/^adaptive@0\.1% missed its target .*\. adaptive-keepalive@100% met its target: /);
    const screen = renderTable(result, { color: false, width: 100 }).replaceAll('\n', ' ');
    expect(screen).toContain('adaptive@0.1% missed its target of 0.100 % for ');
    const html = renderReport(result, [], { script: '', style: '' }, 'isotherm replay');
    expect(html).toContain('<span class="name">adaptive@0.1%</span> missed its target');
    expect(html.match(/target (met|missed)<\/span>/g)).toEqual(['target missed</span>', 'target met</span>']);
    expect(headline(replay(trace, { policies: ['fixed-10min'] })).targets).toBe('');
  });
});
