/** A receipt: the decision in words, what it followed from, what it was chosen over, and the proof. */
import { count, threeDigits } from '../../core/evaluate/figures.js';
import type { Decision, Limits, Receipt, Recomputation } from '../api/schemas.js';
import { send } from './api.js';
import { h, put } from './dom.js';
import { route } from './page.js';
import { long, moment, sentence, shortKey, spaced, term } from './words.js';

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
  const pool = poolInstances > 0 ? ` ${count(poolInstances)} are kept ready whatever the calls do.` : '';
  const now = starts > 0 ? ` ${instances(starts)} to start now.` : '';
  return `${desiredInstances === 0 ? 'No instance' : instances(desiredInstances)} warm or busy.${now} ${keep}${again}${pool}`;
}

const LIMIT_NAMES: readonly (readonly [keyof Limits, string, (value: number) => string])[] = [
  ['minInstances', 'at least', count],
  ['maxInstances', 'at most', count],
  ['maxStep', 'step', count],
  ['maxRatePerMin', 'changes a minute', count],
  ['coolDownMs', 'cool-down', long],
];

export function limitsWords(limits: Partial<Limits>): string {
  const parts = LIMIT_NAMES.flatMap(([name, words, figure]) => {
    const value = limits[name];
    return typeof value === 'number' && value > 0 ? [`${words} ${figure(value)}`] : [];
  });
  if (limits.paused) parts.push('paused');
  return parts.length === 0 ? 'no limit' : parts.join(', ');
}

function list(entries: readonly (readonly [string, string])[]): HTMLElement {
  return h(
    'dl',
    { class: 'facts' },
    ...entries.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  );
}

function alternatives(receipt: Receipt): HTMLElement {
  const names = [...new Set(receipt.alternatives.flatMap(({ terms }) => Object.keys(terms)))];
  if (names.length === 0) return h('p', { class: 'note' }, 'There was nothing to choose between.');
  return h(
    'div',
    { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': 'What it was chosen over' },
    h(
      'table',
      {},
      h('caption', { class: 'for-readers' }, 'Alternatives with the terms of their cost'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Choice'),
          ...names.map((name) => h('th', { scope: 'col' }, spaced(name))),
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

/** Computes it again on the server, from the stored samples. */
function proof(id: string): HTMLElement {
  const answer = h('p', { class: 'proof', role: 'status' });
  const button = h('button', { type: 'button', class: 'button', onclick: () => void recompute() }, 'Recompute');
  async function recompute(): Promise<void> {
    button.disabled = true;
    put(answer, 'Computing it again from the stored calls …');
    try {
      const { same, checkpointTick, samples, differences } = await send<Recomputation>(
        'POST',
        `receipts/${encodeURIComponent(id)}/recompute`,
      );
      const from = `from the state at tick ${checkpointTick} and ${count(samples)} samples since`;
      put(
        answer,
        same
          ? `✓ The same bits, ${from}.`
          : `✗ Not the same, ${from}: ${differences.map(({ place }) => place).join(', ')} differ.`,
      );
      answer.dataset.tone = same ? 'gain' : 'loss';
    } catch (error) {
      put(answer, sentence((error as Error).message));
      answer.dataset.tone = 'loss';
    } finally {
      button.disabled = false;
    }
  }
  return h('div', { class: 'row' }, button, answer);
}

function startWords({ ms, from, measurements }: Receipt['startTime']): string {
  if (from === 'measured') return `A start takes ${count(ms)} ms: the median of ${count(measurements)} measured.`;
  return `A start takes ${count(ms)} ms, ${from === 'configured' ? 'as configured' : 'by a table'}.`;
}

/** Everything, in the order in which one asks. */
export function receiptCard(receipt: Receipt, { isLinked = false } = {}): HTMLElement {
  const { decision, forecast, saw, limits, prices, startTime, spec } = receipt;
  const { functionKey } = decision;
  const bound = decision.bound.length === 0 ? 'No limit changed it' : `Changed by: ${decision.bound.join(', ')}`;
  const expected =
    forecast === null
      ? 'There was no forecast.'
      : `${threeDigits(forecast.calls)} calls expected in the ten minutes from ${moment(forecast.fromMs)}, ${threeDigits(forecast.lower)} to ${threeDigits(forecast.upper)} at 90 %, by ${forecast.model}${forecast.demotedFrom === null ? '' : ` since ${forecast.demotedFrom} is demoted`}.`;
  return h(
    'div',
    { class: 'receipt' },
    ...(isLinked ? [] : [h('p', { class: 'decided' }, decisionWords(decision))]),
    h('p', {}, h('b', {}, 'Why: '), sentence(decision.reason)),
    h('p', {}, h('b', {}, 'Expected: '), expected),
    h('p', {}, h('b', {}, 'Limits: '), `${bound} (${limitsWords(limits)}).`),
    proof(receipt.id),
    h('h3', {}, 'What it was chosen over'),
    alternatives(receipt),
    h(
      'details',
      {},
      h('summary', {}, 'What the policy saw, its prices and settings'),
      h('h3', {}, 'Saw'),
      list(Object.entries(saw).map(([name, value]) => [spaced(name), term(name, value)] as const)),
      h('h3', {}, 'Prices'),
      list(Object.entries(prices).map(([name, value]) => [spaced(name), term(name, value)] as const)),
      h('p', {}, startWords(startTime)),
      h('h3', {}, 'Settings'),
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
