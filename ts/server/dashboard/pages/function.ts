/** One function: what is forecast of it, what is decided and why, how the models do on it, and its limits. */
import { count, counted, duration, threeDigits } from '../../../core/decide/figures.js';
import { ERRORS_OF_AN_INTERVAL } from '../../../core/forecast/conformal.js';
import type { Trust } from '../../api/schemas/decisions.js';
import type { FunctionDetail, Gap } from '../../api/schemas/functions.js';
import type { Page as Listed } from '../../api/schemas/pages.js';
import type { Receipt, ReceiptRow } from '../../api/schemas/receipts.js';
import { get } from '../api.js';
import { coldChart, fanChart, poolChart, showCold, showFan, showPool } from '../charts.js';
import { h, put, putName } from '../dom.js';
import { AGAINST_WORDS, Ledger, savedWords } from '../ledger.js';
import { legend } from '../legend.js';
import { LimitsForm } from '../limits-form.js';
import { type Page, route, type Surroundings } from '../page.js';
import { decisionWords, receiptCard } from '../receipt-card.js';
import { ReceiptList } from '../receipt-list.js';
import { Table } from '../table.js';
import { endOf, long, moment, shortKey } from '../words.js';
import { CHOICE_WORDS, coverageCell, modelWords } from './accuracy.js';

const DECISIONS_SHOWN = 8;
/** Receipts that they are looked for in. */
const RECEIPTS_ASKED = 200;

export function functionPage(key: string, { changed, pause }: Surroundings): Page {
  const pauseButton = h('button', { type: 'button', class: 'button', onclick: () => pause(key) }, 'Pause');
  const heading = h('h1', { title: key });
  putName(heading, shortKey(key));
  const about = h('p', { class: 'lead' });
  const state = h('p', { class: 'lead' });
  const ledger = new Ledger('Saved and lost on this function');
  const fan = fanChart();
  const pool = poolChart();
  const cold = coldChart();
  const now = h('p', { class: 'decided' });
  const held = h('p', { class: 'note' });
  const receiptPlace = h('div');
  let receiptId: string | null = null;
  let newest: string | null | undefined;
  const trust = new Table<Trust>({
    caption: 'Models on this function: the one in use, then by their mean error, the least first',
    columns: [
      {
        title: 'Model',
        cell: ({ model, inUse, demoted }) => ({
          text: model,
          marks: [inUse ? 'in use' : '', demoted ? 'demoted' : ''].filter(Boolean),
        }),
      },
      { title: 'Its forecast of a minute', cell: ({ model }) => modelWords(model), isText: true, isMinor: true },
      { title: 'Mean error, calls in 10\u00a0min', cell: ({ loss }) => (loss === null ? '–' : threeDigits(loss)) },
      {
        title: 'In the 90\u00a0% interval',
        cell: ({ coverage, blocks }) => coverageCell(coverage, blocks < ERRORS_OF_AN_INTERVAL),
      },
      { title: 'Blocks', cell: ({ blocks }) => count(blocks), isMinor: true },
    ],
    keyOf: ({ model }) => model,
    empty: 'No model is scored yet.',
  });
  const gaps = new Table<Gap>({
    caption: 'Times without data',
    columns: [
      { title: 'From', cell: ({ fromMs }) => moment(fromMs) },
      { title: 'Until', cell: ({ toMs }) => (toMs === null ? 'still' : moment(toMs)) },
      { title: 'Length', cell: ({ fromMs, toMs }) => (toMs === null ? '–' : long(toMs - fromMs)) },
      { title: 'Why', cell: ({ reason }) => reason, isText: true },
    ],
    keyOf: ({ fromMs }) => String(fromMs),
    empty: 'No data was missing.',
  });
  const decided = new ReceiptList('Its last decisions, newest first');
  const form = new LimitsForm(() => ({ kind: 'function', functionKey: key }), changed);
  const element = h(
    'div',
    {},
    h(
      'div',
      { class: 'head' },
      heading,
      h('div', { class: 'row' }, h('a', { href: route.whatIf(key), class: 'button' }, 'What if …'), pauseButton),
    ),
    about,
    state,
    ledger.element,
    fan.element,
    h('div', { class: 'grid' }, pool.element, cold.element),
    h('section', {}, h('h2', {}, 'What is decided now'), now, held, receiptPlace),
    h('section', {}, h('h2', {}, 'What was decided before'), decided.element),
    h(
      'section',
      {},
      h('h2', {}, 'Mean error and coverage of each model on it'),
      h('p', { class: 'note' }, CHOICE_WORDS),
      trust.element,
    ),
    h(
      'div',
      { class: 'grid' },
      h('section', {}, h('h2', {}, 'Its limits'), form.element),
      h('section', {}, h('h2', {}, 'Times without data'), gaps.element),
    ),
    legend(
      ...(['forecast', 'actual', 'interval', 'block', 'coverage', 'mean error', 'learning', 'demoted'] as const),
      ...(['desired', 'warm', 'busy', 'pool', 'keep-alive', 'cold start', 'cost', 'fixed-10min'] as const),
    ),
  );

  async function showDecided(id: string | null, signal: AbortSignal): Promise<void> {
    if (id === newest) return;
    const query = { functionKey: key, limit: RECEIPTS_ASKED };
    const { items } = await get<Listed<ReceiptRow>>('receipts', query, signal);
    // The one that stands now is shown in full.
    const before = items.filter((row) => row.id !== id);
    decided.show(before, DECISIONS_SHOWN, id === null ? undefined : 'There was no other before it.');
    newest = id;
  }

  async function showReceipt(id: string | null, signal: AbortSignal): Promise<void> {
    if (id === receiptId || id === null) return;
    // One that is opened or proven is left until it is asked for anew.
    if (receiptPlace.querySelector('details[open], .proof[data-tone]') !== null) return;
    const receipt = await get<Receipt>(`receipts/${encodeURIComponent(id)}`, {}, signal);
    receiptId = id;
    receiptPlace.replaceChildren(receiptCard(receipt, { isLinked: true }));
  }

  return {
    title: shortKey(key),
    functionKey: key,
    element,
    async refresh(signal, status) {
      const detail = await get<FunctionDetail>(`functions/${encodeURIComponent(key)}`, {}, signal);
      const { saved, compared, decision, recent, lastCallMs } = detail;
      put(about, aboutOf(detail));
      put(
        state,
        `It would have ${savedWords(saved.objectiveUsd, compared.objectiveUsd)}, compared with ${AGAINST_WORDS[saved.against]}. Its last call came at ${moment(lastCallMs)}.${detail.paused ? ' It is paused: its last decision is held.' : ''}`,
      );
      const own = status.paused.filter(({ scope }) => scope.kind === 'function' && scope.functionKey === key);
      put(pauseButton, own.length > 0 ? 'Resume' : 'Pause');
      pauseButton.hidden = own.some(({ configured }) => configured);
      ledger.show(detail);
      const untilMs = endOf(status, status.tick);
      const blocks = detail.trust.find(({ inUse }) => inUse)?.blocks ?? 0;
      showFan(fan, recent, detail.forecast, untilMs, blocks);
      showPool(pool, recent, untilMs);
      showCold(cold, recent, saved);
      put(now, decision === null ? 'Nothing is decided yet.' : decisionWords(decision));
      put(
        held,
        decision === null
          ? ''
          : `It has stood for ${counted(decision.heldTicks + 1, 'tick')}, since ${moment(decision.atMs)}.`,
      );
      trust.show(detail.trust);
      gaps.show(detail.gaps);
      form.show(detail.limits);
      await showDecided(decision?.receiptId ?? null, signal);
      await showReceipt(decision?.receiptId ?? null, signal).catch((error: unknown) => {
        // It may not be stored yet; the next refresh finds it.
        if ((error as { code?: string }).code !== 'UNKNOWN_RECEIPT') throw error;
      });
    },
    close() {
      for (const chart of [fan, pool, cold]) chart.close();
    },
  };
}

function aboutOf({ ours, durationMs, memoryMiB, startMs, startFrom, lateSamples }: FunctionDetail): string {
  const parts = [counted(ours.calls, 'call')];
  if (durationMs !== null) parts.push(`${duration(durationMs)}${ours.calls === 1 ? '' : ' each in the mean'}`);
  if (memoryMiB !== null) parts.push(`${count(memoryMiB)} MiB`);
  if (startMs !== null)
    parts.push(
      `${duration(startMs)} to start${startFrom === 'table' ? ' by a table' : startFrom === null ? '' : `, as ${startFrom}`}`,
    );
  if (lateSamples > 0) parts.push(`${count(lateSamples)} came late`);
  return `${parts.join(', ')}.`;
}
