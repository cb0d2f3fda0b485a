/** Receipts of adaptive policies: what they saw in words, the prior by digest, and costs at the price that was weighed. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainReceipt, type Receipt } from '../../ts/core/decide/index.js';
import { planInWords, SEEN_WORDS, seenInWords } from '../../ts/core/decide/seen-words.js';
import { receipts } from '../../ts/core/evaluate/index.js';
import { ADAPTIVE_PRIOR, type AdaptivePrior, PolicyStepper } from '../../ts/core/kernels/index.js';
import { generateTrace } from '../../ts/core/trace/index.js';
import { Workplace } from './cli-replay-run.js';

const trace = generateTrace({ pattern: 'diurnal', functions: 2, days: 1, seed: 4, calls: 1500 });
const [key] = trace.functions.keys as [string];
const of = (policy: string, more = {}): Receipt[] => [...receipts(trace, key, { policies: [policy], ...more })];

describe('a receipt of an adaptive policy with a target', () => {
  const all = of('adaptive-keepalive@0.1%');

  it('has costs at the price after pressure, of what was chosen and of what was not', () => {
    const pressed = all.filter(({ prices, chosen }) => prices.coldStartFactor > 1.5 && chosen !== null);
    expect(pressed.length).toBeGreaterThan(10);
    for (const { saw, prices, rejected, idleTimesKnown } of pressed) {
      expect(prices.coldStartFactor).toBe(saw.pricePressure);
      // An instance that goes at once makes every call cold that does not come at the very ms.
      const none = rejected.find(({ name }) => name === 'fixed-0min');
      if (none === undefined) continue;
      const each = (prices.coldStartUsdPerS * prices.coldStartMs * prices.coldStartFactor) / 1000;
      const cold = Math.round((none.terms.coldStartUsd / each) * idleTimesKnown);
      expect(none.terms.coldStartUsd).toBeCloseTo((each * cold) / idleTimesKnown, 12);
      expect(cold).toBeLessThanOrEqual(idleTimesKnown);
      expect(cold).toBeGreaterThanOrEqual(0.9 * idleTimesKnown);
    }
  });

  it('compares with the window that is cheapest at that price: longer as the price rises', () => {
    const windows = all.flatMap(({ rejected, prices }) => {
      const best = rejected.find(({ name }) => name.startsWith('cheapest window'));
      return best === undefined ? [] : [{ ms: best.keepAliveMs!, factor: prices.coldStartFactor }];
    });
    const mean = (kept: typeof windows) => kept.reduce((sum, { ms }) => sum + ms, 0) / kept.length;
    const [low, high] = [windows.filter(({ factor }) => factor < 1.2), windows.filter(({ factor }) => factor > 1.5)];
    expect([low.length, high.length].every((count) => count > 0)).toBe(true);
    expect(mean(high)).toBeGreaterThan(mean(low));
  });

  it('says so in words', () => {
    const last = all.at(-1)!;
    const { coldStartFactor: factor, coldStartUsdPerS } = last.prices;
    expect(explainReceipt(last)).toContain(
      `times ${Number(factor.toPrecision(4))} to meet the target, ${Number((coldStartUsdPerS * factor).toPrecision(3))} USD per s in the costs above; pre-warm 0.1 of it before that.`,
    );
    const [plain] = of('adaptive');
    expect(plain!.prices.coldStartFactor).toBe(1);
    expect(explainReceipt(plain!)).toMatch(/cold start 0\.0005 USD per s of 1000 ms; pre-warm 0\.1 of it\.$/m);
  });
});

describe('what was seen', () => {
  it.each([
    { kind: 'adaptive', prior: Float64Array.from(ADAPTIVE_PRIOR.hazards) },
    { kind: 'hybrid-histogram' },
    { kind: 'recent-peak', prewarmMs: 1000 },
    { kind: 'schedule', prewarmMs: 0, keepAliveMs: 1000, starts: [] },
    { kind: 'break-even-randomised', idleUsdPerMs: 1e-9, coldStartUsd: 1e-4, seed: 1, stream: 0 },
    { kind: 'spes', prewarmMs: 1000 },
    { kind: 'static-2x', prewarmMs: 1000 },
  ] as const)('has a word for every number of $kind', (spec) => {
    const prices = { idleUsdPerMs: 1e-9, coldStartUsd: 1e-4, preWarmUsd: 1e-5, coldStartMs: 1000 };
    using policy = PolicyStepper.create(spec.kind === 'adaptive' ? { ...spec, ...prices } : spec);
    const names = Object.keys(policy.seen());
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !(name in SEEN_WORDS))).toEqual([]);
  });

  it('is said line by line, and in the guide in the same words', () => {
    const receipt = of('adaptive').at(-1)!;
    const said = explainReceipt(receipt).split('\n');
    const guide = readFileSync('docs/adaptive.md', 'utf8');
    for (const [name, value] of Object.entries(receipt.saw)) {
      const line = said.find((one) => one.startsWith(`  ${name} `));
      if (name !== 'plan') {
        const [shown, inMinutes] = line!.slice(name.length + 3, line!.indexOf(':')).split(' (');
        expect(Number(shown!.replaceAll(',', ''))).toBeCloseTo(value, Number.isInteger(value) ? 9 : 3);
        expect(inMinutes !== undefined).toBe(name.endsWith('Ms') && value >= 60_000);
        expect(line!.endsWith(`: ${SEEN_WORDS[name]}`)).toBe(true);
      } else expect(line).toMatch(/^ {2}plan [a-z ]+: which plan decided/);
      if (receipt.decision.kind === 'keep-alive') expect(guide).toContain(`| \`${name}\` | `);
    }
  });

  it('is in groups of three digits from 10,000 on, and a time from a minute on in its unit, too', () => {
    expect(seenInWords('gapsSeen', 9999)).toMatch(/^gapsSeen 9999: /);
    expect(seenInWords('gapsSeen', 1_234_567)).toMatch(/^gapsSeen 1,234,567: /);
    expect(seenInWords('windowMs', 59_000)).toMatch(/^windowMs 59,000: /);
    expect(seenInWords('breakEvenMs', 1_200_000)).toMatch(/^breakEvenMs 1,200,000 \(20 min\): /);
    expect(seenInWords('poolScoreUsd', -12_345.678)).toMatch(/^poolScoreUsd -12,345\.7: /);
    expect(seenInWords('poolScoreUsd', 1.5e-7)).toMatch(/^poolScoreUsd 1\.5e-7: /);
    expect(planInWords({ plan: 1, level: 12_000, gapsAtLevel: 20_000 })).toContain(
      'level 12,000 (12,000 other calls were running), by its 20,000 idle times and',
    );
  });

  it('of one instance is said of one', () => {
    const started = of('recent-peak').find(({ decision }) => decision.kind === 'start' && decision.count === 1)!;
    expect(explainReceipt(started)).toContain('Decided by recent-peak: 1 instance started then is ');
  });
});

describe('the plan of a release', () => {
  const releases = (policy: string, from = trace) =>
    [...receipts(from, from.functions.keys[0]!, { policies: [policy] })].filter(
      ({ decision }) => decision.kind === 'keep-alive',
    );

  it('is the prior alone before any idle time is known, and one window then', () => {
    const [first] = releases('adaptive') as [Receipt];
    expect(first.saw).toMatchObject({ plan: 2, level: 0, gapsAtLevel: 0 });
    expect(explainReceipt(first)).toContain(
      '\nPlan: one window for level 0 (no other call was running), by the prior alone, as no idle time of it is known.\n',
    );
  });

  it('is by the minutes of the hour for a timer, and says so', () => {
    const timer = generateTrace({ pattern: 'timer', functions: 1, days: 2, seed: 3 });
    const byClock = releases('adaptive', timer).filter(({ saw }) => saw.plan === 4);
    expect(byClock.length).toBeGreaterThan(0);
    expect(byClock.every(({ saw }) => saw.isByTheClock === 1 && saw.level === 0)).toBe(true);
    for (const receipt of byClock.slice(0, 1))
      expect(explainReceipt(receipt)).toContain('\nPlan: by the minutes of the hour; ');
    // Without pre-warms there are no intervals, and no plan by the clock.
    const plans = new Set(releases('adaptive-keepalive', timer).map(({ saw }) => saw.plan));
    expect([...plans].every((plan) => plan === 2 || plan === 3)).toBe(true);
  });

  it('gives what was decided: a window from the release on without pre-warms, and one that begins later only with intervals', () => {
    for (const { saw, decision } of [...releases('adaptive'), ...releases('adaptive-keepalive')]) {
      if (decision.prewarmMs > 0) expect([1, 4]).toContain(saw.plan);
      if (saw.plan === 2 && saw.level === 0) expect(saw.gapsAtLevel).toBe(saw.gapsSeen);
      expect(saw.isByTheClock).toBe(saw.plan === 4 ? 1 : 0);
    }
  });
});

describe('the prior of a receipt', () => {
  let place: Workplace;
  beforeAll(() => {
    place = new Workplace();
  });
  afterAll(() => place.remove());

  it('is named by title and digest', () => {
    const { card } = ADAPTIVE_PRIOR;
    const [receipt] = of('adaptive') as [Receipt];
    const prior = { from: 'default', fittedOn: card.data.title, sha256: card.sha256 };
    expect(receipt.spec).toMatchObject({ prior });
    expect(explainReceipt(receipt)).toContain(
      `Began with a prior: the one that comes with Isotherm, fitted on ${card.data.title}; sha256 ${card.sha256}.`,
    );
    const own: AdaptivePrior = {
      ...ADAPTIVE_PRIOR,
      card: { ...card, data: { ...card.data, title: 'our Monday' }, sha256: 'ab12' },
    };
    const [given] = of('adaptive', { prior: own }) as [Receipt];
    expect(given.spec).toMatchObject({ prior: { from: 'given', fittedOn: 'our Monday', sha256: 'ab12' } });
    expect(explainReceipt(given)).toContain('Began with a prior: fitted on our Monday; sha256 ab12.');
  });

  it('is that of a file of isotherm fit', { timeout: 60_000 }, () => {
    expect(
      place.isotherm('generate', '--functions', '8', '--calls', '6000', '--format', 'counts', '--out', 'day.csv').code,
    ).toBe(0);
    expect(place.isotherm('fit', 'day.csv', '--title', 'ours', '--output', 'own.json').code).toBe(0);
    const { card } = JSON.parse(readFileSync(place.path('own.json'), 'utf8'));
    const replayed = ['replay', 'day.csv', '-p', 'adaptive', '--prior', 'own.json', '--json', '-'];
    const written = ['--function', '000000', '--receipts', 'r.jsonl'];
    const { code, stdout } = place.isotherm(...replayed, ...written);
    expect(code).toBe(0);
    const prior = { from: 'given', fittedOn: 'ours', sha256: card.sha256 };
    expect(JSON.parse(stdout).prior).toEqual({ ...prior, inSample: true });
    const [first] = readFileSync(place.path('r.jsonl'), 'utf8').split('\n');
    expect(JSON.parse(first!).spec.prior).toEqual(prior);
  });

  it('of a cross-validation is named by its fold', () => {
    const [receipt] = of('adaptive', { prior: 'cv5' }) as [Receipt];
    expect(receipt.spec).toMatchObject({ prior: { from: 'cv5', fittedOn: 'this trace', fold: 0 } });
    expect(explainReceipt(receipt)).toContain('without the functions of fold 0 of 5, of which this is one.');
  });
});
