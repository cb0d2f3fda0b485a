/** The stored past under another configuration: both sides, and by how much they differ. */
import { count, counted, usd } from '../../../core/decide/figures.js';
import type { WhatIfProgress, WhatIfRequest, WhatIfResult } from '../../api/schemas/what-if.js';
import { sendPatiently } from '../api.js';
import { h, put } from '../dom.js';
import { Ledger } from '../ledger.js';
import { legend } from '../legend.js';
import { type Page, route } from '../page.js';
import { Table } from '../table.js';
import { WhatIfForm } from '../what-if-form.js';
import { long, moment, shortKey } from '../words.js';
import { type CostPart, costParts, saved } from './cost.js';

type Row = WhatIfResult['rows'][number];

const NAMES = { ours: 'the other', compared: 'as configured' };

export function whatIfPage(functionKey?: string): Page {
  const answer = h('h2', { tabindex: -1 });
  const lead = h('p', { class: 'lead' });
  const ledger = new Ledger('As configured and the other configuration');
  const parts = new Table<CostPart>({
    caption: 'Cost by part',
    columns: [
      { title: 'Part', cell: ({ name }) => name },
      { title: 'As configured', cell: ({ compared }) => usd(compared) },
      { title: 'The other', cell: ({ ours }) => usd(ours) },
      { title: 'Difference', cell: ({ ours, compared }) => saved(compared - ours) },
    ],
    keyOf: ({ name }) => name,
    empty: '',
  });
  const functions = new Table<Row>({
    caption: 'Functions that differ most',
    columns: [
      { title: 'Function', cell: ({ functionKey: key }) => ({ text: shortKey(key), title: key }) },
      { title: 'As configured', cell: ({ configuredUsd }) => usd(configuredUsd), isMinor: true },
      { title: 'The other', cell: ({ whatIfUsd }) => usd(whatIfUsd), isMinor: true },
      { title: 'Difference', cell: ({ configuredUsd, whatIfUsd }) => saved(configuredUsd - whatIfUsd) },
    ],
    keyOf: ({ functionKey: key }) => key,
    hrefOf: ({ functionKey: key }) => route.function(key),
    empty: 'On no function is there a difference.',
  });
  const result = h(
    'section',
    { class: 'what-if-result', 'aria-live': 'polite' },
    answer,
    lead,
    ledger.element,
    h(
      'div',
      { class: 'grid' },
      h('section', {}, h('h3', {}, 'What the cost is made of'), parts.element),
      h('section', {}, h('h3', {}, 'Functions that differ most'), functions.element),
    ),
  );
  result.hidden = true;

  const form = new WhatIfForm(functionKey, async (request, signal) => {
    const found = await sendPatiently<WhatIfProgress, WhatIfResult>(
      'what-if',
      request,
      (progress) => form.progress(progress),
      signal,
    );
    result.hidden = false;
    show(found, request);
  });

  function show(found: WhatIfResult, request: WhatIfRequest): void {
    const { configured, whatIf, saved: difference, fromMs, toMs } = found;
    put(answer, answerWords(found, request));
    put(
      lead,
      `${counted(found.functions, 'function')}, ${counted(configured.calls, 'call')}, ${long(toMs - fromMs)} from ${moment(fromMs)} on. On both sides each function begins without a past, under the limits of now, and its model learns as it goes: so these figures are not those of the overview.`,
    );
    ledger.show({ ours: whatIf, compared: configured, saved: difference }, NAMES);
    parts.show(costParts(whatIf, configured));
    functions.show(found.rows.filter(({ configuredUsd, whatIfUsd }) => configuredUsd !== whatIfUsd));
  }

  return {
    title: 'What if',
    element: h(
      'div',
      {},
      h('h1', {}, 'What would another configuration have cost?'),
      h(
        'p',
        { class: 'lead' },
        'The stored past is replayed twice, as configured and with what you change here, by the code that decides. Nothing is changed by it.',
      ),
      h('section', {}, form.element),
      result,
      legend('cost', 'cold start', 'pool', 'desired', 'forecast'),
    ),
    async refresh(_signal, status) {
      form.show(status);
    },
    close: () => form.close(),
  };
}

/** Losses as plainly as gains. */
function answerWords(
  { functions, configured, whatIf, saved: { objectiveUsd, coldStarts } }: WhatIfResult,
  request: WhatIfRequest,
): string {
  if (functions === 0) return 'No function is known yet, so there is nothing to replay';
  if (configured.calls === 0) return 'No call is stored of that time, so there is nothing to compare';
  const what = request.policy === undefined ? 'The other configuration' : `With ${request.policy} it`;
  const cost =
    objectiveUsd === 0
      ? `${what} would have cost the same, ${usd(whatIf.objectiveUsd)}`
      : `${what} would have cost ${usd(Math.abs(objectiveUsd))} ${objectiveUsd > 0 ? 'less' : 'more'}, ${usd(whatIf.objectiveUsd)} instead of ${usd(configured.objectiveUsd)}`;
  if (coldStarts === 0) return `${cost}, with as many cold starts`;
  return `${cost}, with ${count(Math.abs(coldStarts))} ${coldStarts > 0 ? 'fewer' : 'more'} cold starts`;
}
