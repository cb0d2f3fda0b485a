/** Where functions run, what moves, and why nothing else does. */
import { count, counted, percent, threeDigits } from '../../../core/decide/figures.js';
import type { Page as Listed } from '../../api/schemas/pages.js';
import type { PlacedFunction, PlacedNode, Placement, PlacementRow } from '../../api/schemas/placement.js';
import { get } from '../api.js';
import { h, put } from '../dom.js';
import { type Page, route, type Surroundings } from '../page.js';
import { Pager } from '../pager.js';
import { stepsTable, termsTable } from '../placement-card.js';
import { gapWords, STAYING_WORDS } from '../placement-words.js';
import { Table } from '../table.js';
import { capital, long, moment, sentence, shortKey } from '../words.js';

const ON_A_PAGE = 50;
const DECISIONS_SHOWN = 10;
const NODES_SHOWN = 30;

const HOW = `placement:
  nodes: nodes.yaml
  functions: functions.yaml`;

function emptyState(): HTMLElement {
  return h(
    'section',
    {},
    h(
      'p',
      {},
      'Name two files in isotherm.yaml: the nodes that functions can run on, with their room and prices, and the functions, with what the control plane cannot see: vCPU, data, and where they are now. Memory, calls, instances and start times are measured where the file leaves them out. It is read again when it changes.',
    ),
    h('pre', { tabindex: 0 }, HOW),
    h('p', {}, 'The same files go with a first look that changes nothing and needs no server:'),
    h('pre', { tabindex: 0 }, 'npx isotherm place --nodes nodes.yaml --functions functions.yaml'),
  );
}

/** Of nodes that run as many as anybody has a share says nothing. */
const LEAST_SHARE = 1e-4;
const share = (value: number): string => (value < LEAST_SHARE ? '–' : percent(value));

export function placementPage({ changed }: Surroundings): Page {
  const headline = h('h1');
  const lead = h('p', { class: 'lead' });
  const note = h('p', { class: 'note' });
  const empty = emptyState();
  const steps = stepsTable('Moves of the last decision, in their order');
  const terms = termsTable();
  const nodes = new Table<PlacedNode>({
    caption: 'Nodes with the most functions',
    columns: [
      { title: 'Node', cell: ({ name }) => name },
      { title: 'Functions', cell: ({ functions }) => count(functions) },
      { title: 'Memory', cell: ({ memory }) => share(memory) },
      { title: 'vCPU', cell: ({ vcpu }) => share(vcpu) },
      { title: 'Instances', cell: ({ instances }) => share(instances), isMinor: true },
    ],
    keyOf: ({ name }) => name,
    empty: 'It is shown after the next decision.',
  });
  const functions = new Table<PlacedFunction>({
    caption: 'Functions and where they are',
    isWide: true,
    columns: [
      { title: 'Function', cell: ({ name }) => ({ text: shortKey(name), title: name }) },
      { title: 'Node', cell: ({ node }) => node ?? 'waits for room', isText: true },
      { title: 'Would be better on', cell: ({ node, best }) => (best === node ? '–' : (best ?? '–')), isText: true },
      {
        title: 'Why it stays',
        cell: ({ staying }) => (staying === null ? '' : capital(STAYING_WORDS[staying] ?? staying)),
        isText: true,
        isMinor: true,
      },
      { title: 'Its cost', cell: ({ cost }) => (cost === null ? '–' : threeDigits(cost)) },
    ],
    keyOf: ({ name }) => name,
    hrefOf: ({ name }) => route.function(name),
    empty: 'It is shown after the next decision.',
  });
  const decisions = new Table<PlacementRow>({
    caption: 'Decisions, newest first',
    isWide: true,
    columns: [
      { title: 'When', cell: ({ atMs, receiptId }) => ({ text: moment(atMs), title: receiptId }), isShort: true },
      { title: 'What', cell: ({ reason }) => reason, isText: true },
      { title: 'Moves', cell: ({ moves }) => count(moves.length), isMinor: true },
      { title: 'Gap', cell: ({ gap }) => (gap === null ? '–' : percent(gap)), isMinor: true },
    ],
    keyOf: ({ receiptId }) => receiptId,
    hrefOf: ({ receiptId }) => route.receipt(receiptId),
    empty: 'Nothing has been decided yet.',
  });
  const functionsPager = new Pager(['Before', 'More functions'], changed);
  const decisionsPager = new Pager(['Newer', 'Older decisions'], changed);
  const content = h(
    'div',
    {},
    h('section', {}, h('h2', {}, 'Moves of the last decision'), steps.element),
    h('section', {}, h('h2', {}, 'What it comes to'), terms.element, note),
    h('section', {}, h('h2', {}, 'Functions'), functions.element, functionsPager.element),
    h('section', {}, h('h2', {}, 'Nodes'), nodes.element),
    h('section', {}, h('h2', {}, 'Decisions'), decisions.element, decisionsPager.element),
  );
  return {
    title: 'Placement',
    element: h('div', {}, headline, lead, empty, content),
    async refresh(signal) {
      const placement = await get<Placement>('placement', {}, signal);
      const isOff = placement.state === 'off';
      empty.hidden = !isOff;
      content.hidden = isOff && placement.decision === null;
      put(headline, headlineOf(placement));
      put(lead, leadOf(placement));
      if (content.hidden) return;
      const [placed, decided] = await Promise.all([
        get<Listed<PlacedFunction>>('placement/functions', { cursor: functionsPager.cursor, limit: ON_A_PAGE }, signal),
        get<Listed<PlacementRow>>(
          'placement/decisions',
          { cursor: decisionsPager.cursor, limit: DECISIONS_SHOWN },
          signal,
        ),
      ]);
      const { decision } = placement;
      steps.show(decision?.steps ?? []);
      terms.of(decision?.alternatives ?? []);
      put(note, decision === null ? '' : boundWords(decision));
      nodes.show(
        placement.nodes
          .filter(({ functions: many }) => many > 0)
          .sort((a, b) => b.functions - a.functions || (a.name < b.name ? -1 : 1))
          .slice(0, NODES_SHOWN),
      );
      functions.show(placed.items);
      functionsPager.show(placed.nextCursor);
      decisions.show(decided.items);
      decisionsPager.show(decided.nextCursor);
    },
  };
}

type Decision = NonNullable<Placement['decision']>;

function headlineOf({ state, decision }: Placement): string {
  if (decision === null)
    return state === 'off' ? 'No nodes are named, so nothing is placed' : 'The first decision is being made';
  const after = decision.alternatives.find(({ name }) => name === 'after the moves');
  if (decision.conflicts.length > 0) return 'No placement keeps all limits';
  const { functions, nodes } = decision.fleet;
  const what = `${counted(functions, 'function')} on ${counted(nodes, 'node')}`;
  return after === undefined ? what : `${what}, ${gapWords(after.gap)}`;
}

function leadOf({ state, failure, decision, lastMoves, intervalMs }: Placement): string {
  const parts: string[] = [];
  if (state === 'failed') parts.push(sentence(`the last decision failed, and the one before holds: ${failure ?? ''}`));
  if (state === 'paused') parts.push('All functions are paused: nothing is decided about their places.');
  if (decision !== null) {
    parts.push(`${decision.reason} ${decision.conflicts.join(' ')}`.trim());
    const { held, leftOut } = decision.fleet;
    if (held > 0) parts.push(`Of ${counted(held, 'function')} there are no data now, and the last good figures stand.`);
    if (leftOut.functions > 0)
      parts.push(`Nobody knows the memory of ${counted(leftOut.functions, 'function')}, so they are not placed.`);
    if (decision.steps.length === 0 && lastMoves !== null)
      parts.push(`The last moves were on ${moment(lastMoves.atMs)}.`);
  }
  if (state !== 'off') parts.push(`It is decided every ${long(intervalMs)}, and recorded; nothing is moved by it.`);
  return parts.join(' ');
}

function boundWords({ bound, alternatives, staying }: Decision): string {
  if (bound === null) return '';
  const after = alternatives.find(({ name }) => name === 'after the moves');
  const cost = after === undefined ? '' : `Its cost is ${threeDigits(after.cost)} after the moves, and `;
  const rest =
    staying.functions === 0
      ? ''
      : ` ${counted(staying.functions, 'function')} would be better elsewhere and ${staying.functions === 1 ? 'stays' : 'stay'}.`;
  return `${cost}no placement within the limits is below ${threeDigits(bound)}.${rest}`;
}
