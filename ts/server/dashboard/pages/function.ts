/** One function: what is expected of it, what is decided and why, how the models do on it, and its limits. */
import { count, counted, duration, threeDigits } from '../../../core/evaluate/figures.js';
import type { FunctionDetail, Gap, Receipt, Trust } from '../../api/schemas.js';
import { get } from '../api.js';
import { coldChart, fanChart, poolChart, showCold, showFan, showPool } from '../charts.js';
import { h, put } from '../dom.js';
import { AGAINST_WORDS, Ledger, savedWords } from '../ledger.js';
import { LimitsForm } from '../limits-form.js';
import type { Page, Surroundings } from '../page.js';
import { decisionWords, receiptCard } from '../receipt-card.js';
import { Table } from '../table.js';
import { long, moment, shortKey } from '../words.js';
import { coverageCell } from './accuracy.js';

export function functionPage(key: string, { changed, pause }: Surroundings): Page {
  const pauseButton = h('button', { type: 'button', class: 'button', onclick: () => pause(key) }, 'Pause');
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
  const trust = new Table<Trust>({
    caption: 'Models on this function, best first',
    columns: [
      {
        title: 'Model',
        cell: ({ model, inUse, demoted }) => ({
          text: model,
          marks: [inUse ? 'in use' : '', demoted ? 'demoted' : ''].filter(Boolean),
        }),
      },
      { title: 'Mean error, calls in 10\u00a0min', cell: ({ loss }) => (loss === null ? '–' : threeDigits(loss)) },
      { title: 'In the 90\u00a0% interval', cell: ({ coverage }) => coverageCell(coverage) },
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
  const form = new LimitsForm(() => ({ kind: 'function', functionKey: key }), changed);
  const element = h(
    'div',
    {},
    h('div', { class: 'head' }, h('h1', { title: key }, shortKey(key)), pauseButton),
    about,
    state,
    ledger.element,
    fan.element,
    h('div', { class: 'grid' }, pool.element, cold.element),
    h('section', {}, h('h2', {}, 'What is decided now'), now, held, receiptPlace),
    h(
      'div',
      { class: 'grid' },
      h('section', {}, h('h2', {}, 'How each model does on it'), trust.element),
      h(
        'section',
        {},
        h('h2', {}, 'Its limits'),
        form.element,
        h('h2', { class: 'below' }, 'Times without data'),
        gaps.element,
      ),
    ),
  );

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
      const isOwnPause = status.paused.some(({ scope }) => scope.kind === 'function' && scope.functionKey === key);
      put(pauseButton, isOwnPause ? 'Resume' : 'Pause');
      ledger.show(detail);
      const untilMs = status.epochMs + (status.tick + 1) * status.tickMs;
      showFan(fan, recent, detail.forecast, untilMs);
      showPool(pool, recent, untilMs);
      showCold(cold, recent, untilMs, saved);
      put(now, decision === null ? 'Nothing is decided yet.' : decisionWords(decision));
      put(
        held,
        decision === null
          ? ''
          : `It has stood for ${counted(decision.heldTicks + 1, 'tick')}, since ${moment(status.epochMs + (decision.tick + 1) * status.tickMs)}.`,
      );
      trust.show(
        detail.trust.toSorted((a, b) => (a.loss ?? Number.POSITIVE_INFINITY) - (b.loss ?? Number.POSITIVE_INFINITY)),
      );
      gaps.show(detail.gaps);
      form.show(detail.limits);
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
  const parts = [`${count(ours.calls)} calls`];
  if (durationMs !== null) parts.push(`${duration(durationMs)} each in the mean`);
  if (memoryMiB !== null) parts.push(`${count(memoryMiB)} MiB`);
  if (startMs !== null)
    parts.push(
      `${duration(startMs)} to start${startFrom === 'table' ? ' by a table' : startFrom === null ? '' : `, as ${startFrom}`}`,
    );
  if (lateSamples > 0) parts.push(`${count(lateSamples)} came late`);
  return `${parts.join(', ')}.`;
}
