/** A receipt: the decision in words, what it followed from, what it was chosen over, and the proof. */

import { count, threeDigits } from '../../core/decide/figures.js';
import { poolRefusal } from '../../core/decide/pool-words.js';
import { planInWords, SEEN_WORDS, seenName } from '../../core/decide/seen-words.js';
import type { Decision } from '../api/schemas/decisions.js';
import type { Limits } from '../api/schemas/limits.js';
import type { Receipt } from '../api/schemas/receipts.js';
import { h } from './dom.js';
import { route } from './page.js';
import { proof } from './proof.js';
import { capital, long, moment, sentence, shortKey, spaced, term } from './words.js';

const instances = (n: number): string => (n === 1 ? '1 instance' : `${count(n)} instances`);

/** What a decision says, without its reason. */
export function decisionWords({
  desiredInstances,
  poolInstances,
  keepAliveMs,
  prewarmMs,
  starts,
}: Pick<Decision, 'desiredInstances' | 'poolInstances' | 'keepAliveMs' | 'prewarmMs' | 'starts'>): string {
  const keep =
    keepAliveMs === null
      ? 'An instance stays warm for good after its last call.'
      : keepAliveMs === 0
        ? 'An instance goes as soon as its call ends.'
        : `An instance stays warm for ${long(keepAliveMs)} after its last call.`;
  const again = prewarmMs > 0 ? ` It is started again ${long(prewarmMs)} after.` : '';
  const pool = poolInstances > 0 ? ` A pool of ${count(poolInstances)} is kept whatever the calls do.` : '';
  const now = starts > 0 ? ` ${instances(starts)} to start now.` : '';
  return `${desiredInstances === 0 ? 'No instance' : instances(desiredInstances)} desired.${now} ${keep}${again}${pool}`;
}

const LIMIT_NAMES: readonly (readonly [keyof Limits, string, (value: number) => string])[] = [
  ['minInstances', 'at least', count],
  ['maxInstances', 'at most', count],
  ['maxStep', 'step', count],
  ['maxRatePerMin', 'changes a minute', count],
  ['coolDownMs', 'cool-down', long],
];

/** The names of limits in a sentence of the server as the pages write them. */
export const withLimitNames = (sentence: string): string =>
  LIMIT_NAMES.reduce((text, [name, words]) => text.replaceAll(name, `“${words}”`), sentence);

const NO_LIMIT = 'no limit';

export function limitsWords(limits: Partial<Limits>): string {
  const parts = LIMIT_NAMES.flatMap(([name, words, figure]) => {
    const value = limits[name];
    return typeof value === 'number' && value > 0 ? [`${words} ${figure(value)}`] : [];
  });
  if (limits.paused) parts.push('paused');
  return parts.length === 0 ? NO_LIMIT : parts.join(', ');
}

/** What the policy saw, with what each number stands for. */
function seen(saw: Receipt['saw']): HTMLElement {
  const caption = 'What the policy saw';
  return h(
    'div',
    { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': caption },
    h(
      'table',
      {},
      h('caption', { class: 'for-readers' }, caption),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'What'),
          h('th', { scope: 'col' }, 'How much'),
          h('th', { scope: 'col', class: 'text' }, 'Meaning'),
        ),
      ),
      h(
        'tbody',
        {},
        ...Object.entries(saw).map(([name, value]) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, capital(spaced(name))),
            h('td', {}, seenName(name, value) ?? term(name, value)),
            h('td', { class: 'text' }, capital(SEEN_WORDS[name]?.replace(/, (ms|USD)$/, '') ?? '')),
          ),
        ),
      ),
    ),
  );
}

/** Of the prices, whose names alone would not say it. */
const PRICE_NAMES: Readonly<Record<string, string>> = {
  idleUsdPerGbS: 'Idle memory, a GB-s',
  coldStartUsdPerS: 'Waiting, a second',
  preWarmShare: 'Start ahead, of a cold one',
  coldStartFactor: 'Factor, to meet a target',
  coldStartMs: 'A start takes',
  memoryMiB: 'An instance holds',
};

function list(entries: readonly (readonly [string, string])[]): HTMLElement {
  return h(
    'dl',
    { class: 'facts' },
    ...entries.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  );
}

/** Heads of the terms of a pool; others go by their own names. */
const TERM_NAMES: Readonly<Record<string, string>> = {
  callsServed: 'Calls it serves',
  idleUsd: 'Idle time costs',
  coldStartUsd: 'Cold starts spared',
  objectiveUsd: 'In sum',
};

function alternatives(receipt: Receipt): HTMLElement {
  const names = [...new Set(receipt.alternatives.flatMap(({ terms }) => Object.keys(terms)))].filter(
    // It is in the name of the choice.
    (name) => name !== 'instances',
  );
  if (names.length === 0) return h('p', { class: 'note' }, 'There was nothing to choose between.');
  return h(
    'div',
    { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': 'Whether a pool pays' },
    h(
      'table',
      {},
      h('caption', { class: 'for-readers' }, 'Sizes of a pool with the terms of their cost'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Choice'),
          ...names.map((name) => h('th', { scope: 'col' }, TERM_NAMES[name] ?? capital(spaced(name)))),
        ),
      ),
      h(
        'tbody',
        {},
        ...receipt.alternatives.map(({ name, terms }) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, name),
            ...names.map((one) => h('td', {}, terms[one] === undefined ? '–' : term(one, terms[one]))),
          ),
        ),
      ),
    ),
  );
}

function startWords({ ms, from, measurements }: Receipt['startTime']): string {
  if (from === 'measured') return `A start takes ${count(ms)} ms: the median of ${count(measurements)} measured.`;
  return `A start takes ${count(ms)} ms, ${from === 'configured' ? 'as configured' : 'by a table'}.`;
}

/** Where pools would pay by the forecast, and none is kept: why. */
function refusalWords({ alternatives, decision, saw }: Receipt): string {
  const sizes = alternatives.map(({ name, terms }) => ({
    name,
    coldStartUsd: terms.coldStartUsd ?? 0,
    objectiveUsd: terms.objectiveUsd ?? 0,
  }));
  const refusal = poolRefusal(sizes, decision.poolInstances, saw.poolScoreUsd ?? 0);
  return refusal === '' ? '' : ` ${refusal}`;
}

/** Before there are two errors there is no range. */
const intervalWords = ({ lower, upper }: NonNullable<Receipt['forecast']>): string =>
  lower < upper ? `, ${threeDigits(lower)} to ${threeDigits(upper)} at 90\u00a0%` : '';

/** Everything, in the order in which one asks. */
export function receiptCard(receipt: Receipt, { isLinked = false } = {}): HTMLElement {
  // On a page of its own there is no heading between the title and these.
  const heading = isLinked ? 'h3' : 'h2';
  const { decision, forecast, saw, limits, prices, startTime, spec } = receipt;
  const { functionKey } = decision;
  const plan = planInWords(saw);
  const inForce = limitsWords(limits);
  const bound =
    decision.bound.length === 0
      ? inForce === NO_LIMIT
        ? 'None is set.'
        : `${capital(inForce)}; none of them changed it.`
      : `${capital(inForce)}. Changed by: ${withLimitNames(decision.bound.join(', '))}.`;
  const forecastText =
    forecast === null
      ? 'There was no forecast.'
      : `${threeDigits(forecast.calls)} calls in the ten minutes from ${moment(forecast.fromMs)}${intervalWords(forecast)}, by ${forecast.model}${forecast.demotedFrom === null ? '' : ` since ${forecast.demotedFrom} is demoted`}.`;
  return h(
    'div',
    { class: 'receipt' },
    ...(isLinked ? [] : [h('p', { class: 'decided' }, decisionWords(decision))]),
    h('p', {}, h('b', {}, 'Why: '), sentence(decision.reason)),
    ...(plan === undefined ? [] : [h('p', {}, h('b', {}, 'Plan: '), capital(plan.replace(/^Plan: /, '')))]),
    h('p', {}, h('b', {}, 'Forecast: '), forecastText),
    h('p', {}, h('b', {}, 'Limits: '), bound),
    proof(receipt.id),
    h(heading, {}, 'Whether a pool pays'),
    h(
      'p',
      { class: 'note' },
      `What the last instance of a pool costs from tick to tick, and what the cold starts that it spares are worth. Below $0 in sum it earns its place.${refusalWords(receipt)}`,
    ),
    alternatives(receipt),
    h(
      'details',
      {},
      h('summary', {}, 'What the policy saw, its prices and settings'),
      h(heading, {}, 'Saw'),
      seen(saw),
      h(heading, {}, 'Prices'),
      list(
        Object.entries(prices).map(
          ([name, value]) => [PRICE_NAMES[name] ?? capital(spaced(name)), term(name, value)] as const,
        ),
      ),
      h('p', {}, startWords(startTime)),
      h(heading, {}, 'Settings'),
      h('pre', {}, JSON.stringify(spec, null, 2)),
    ),
    h(
      'p',
      { class: 'note' },
      'Receipt ',
      isLinked ? h('a', { href: route.receipt(receipt.id) }, receipt.id) : receipt.id,
      ' of ',
      h('a', { href: route.function(functionKey), title: functionKey }, shortKey(functionKey)),
      `, ${moment(decision.atMs)}, tick ${decision.tick}; ${receipt.policy}, seed ${receipt.seed}, ${receipt.backend}, version ${receipt.version}; inputs `,
      h('code', { title: receipt.inputsDigest }, `sha256 ${receipt.inputsDigest.slice(0, 16)}…`),
    ),
  );
}
