/** Limits and pauses of the fleet, of groups and of functions, and who changed them. */
import type { AuditEntry } from '../../api/schemas/events.js';
import type { LimitsView, Pause, Scope } from '../../api/schemas/limits.js';
import type { Page as Listed } from '../../api/schemas/pages.js';
import { get, send } from '../api.js';
import { h, put } from '../dom.js';
import { LimitsForm } from '../limits-form.js';
import type { Page, Surroundings } from '../page.js';
import { Pager } from '../pager.js';
import { limitsWords } from '../receipt-card.js';
import { Table } from '../table.js';
import { capital, moment, shortKey } from '../words.js';

export function scopeWords(scope: Scope | null): string {
  if (scope === null) return '–';
  if (scope.kind === 'fleet') return 'all functions';
  return scope.kind === 'group' ? `names like ${scope.match}` : shortKey(scope.functionKey);
}

interface Override {
  scope: Scope;
  words: string;
}

export function limitsPage({ changed, say, pause }: Surroundings): Page {
  const headline = h('h1');
  const pauseAll = h('button', { type: 'button', class: 'button', onclick: () => pause() });
  const pauses = h('ul', { class: 'pauses' });
  const pauseNote = h('p', { class: 'note' });
  const pattern = h('input', {
    type: 'text',
    id: 'pattern',
    placeholder: 'shop/*',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  const scopeOf = (): Scope => {
    const match = pattern.value.trim();
    return match === '' ? { kind: 'fleet' } : { kind: 'group', match };
  };
  const form = new LimitsForm(scopeOf, changed, h('label', {}, 'Names like (empty: all functions)', pattern));
  const overrides = new Table<Override>({
    caption: 'Limits in force',
    columns: [
      { title: 'Where', cell: ({ scope }) => scopeWords(scope) },
      { title: 'Limits', cell: ({ words }) => capital(words), isText: true },
    ],
    keyOf: ({ scope }) => JSON.stringify(scope),
    empty: '',
  });
  const audit = new Table<AuditEntry>({
    caption: 'Changes, newest first',
    columns: [
      { title: 'When', cell: ({ atMs }) => moment(atMs) },
      { title: 'Who', cell: ({ actor }) => actor, isText: true },
      { title: 'What', cell: ({ action }) => action, isText: true },
      { title: 'Where', cell: ({ scope }) => scopeWords(scope), isText: true },
      { title: 'From', cell: ({ from }) => valueWords(from), isText: true, isMinor: true },
      { title: 'To', cell: ({ to }) => valueWords(to), isText: true, isMinor: true },
    ],
    keyOf: ({ id }) => String(id),
    empty: 'Nobody has changed anything.',
  });
  const pager = new Pager(['Newer', 'Older changes'], changed);

  async function resume(scope: Scope): Promise<void> {
    try {
      await send('POST', 'resume', { scope });
      say(`Resumed ${scopeWords(scope)}.`);
    } catch (error) {
      say((error as Error).message);
    }
    changed();
  }

  let shownPauses = '';
  function showPauses(paused: readonly Pause[]): void {
    put(
      headline,
      paused.length === 0
        ? 'Nothing is paused'
        : `${paused.length === 1 ? 'One scope is' : `${paused.length} scopes are`} paused`,
    );
    put(
      pauseNote,
      'What is paused is observed and forecast as before, and its last decision is held. A function is paused on its own page.',
    );
    const ofFleet = paused.filter(({ scope }) => scope.kind === 'fleet');
    put(pauseAll, ofFleet.length > 0 ? 'Resume all' : 'Pause all');
    pauseAll.hidden = ofFleet.some(({ configured }) => configured);
    const text = JSON.stringify(paused);
    if (text === shownPauses) return;
    shownPauses = text;
    pauses.replaceChildren(
      ...paused.map(({ scope, sinceMs, actor, reason, configured }) =>
        h(
          'li',
          {},
          h(
            'span',
            {},
            h('b', {}, capital(scopeWords(scope))),
            ` since ${moment(sinceMs)}, by ${actor}${reason === null ? '' : `: ${reason}`} `,
          ),
          configured
            ? 'It ends when the configuration is changed.'
            : h('button', { type: 'button', class: 'button', onclick: () => void resume(scope) }, 'Resume'),
        ),
      ),
    );
  }

  return {
    title: 'Limits and pauses',
    element: h(
      'div',
      {},
      h('div', { class: 'head' }, headline, pauseAll),
      pauseNote,
      pauses,
      h(
        'div',
        { class: 'grid' },
        h('section', {}, h('h2', {}, 'Limits in force'), overrides.element),
        h('section', {}, h('h2', {}, 'Change limits'), form.element),
      ),
      h('section', {}, h('h2', {}, 'Who changed what'), audit.element, pager.element),
    ),
    async refresh(signal, status) {
      showPauses(status.paused);
      const [limits, { items, nextCursor }] = await Promise.all([
        get<LimitsView>('limits', {}, signal),
        get<Listed<AuditEntry>>('audit', { cursor: pager.cursor, limit: 20 }, signal),
      ]);
      overrides.show([
        { scope: { kind: 'fleet' }, words: limitsWords(limits.fleet) },
        ...limits.groups.map(
          ({ match, limits: own }): Override => ({ scope: { kind: 'group', match }, words: limitsWords(own) }),
        ),
        ...limits.functions.map(
          ({ functionKey, limits: own }): Override => ({
            scope: { kind: 'function', functionKey },
            words: limitsWords(own),
          }),
        ),
      ]);
      form.show(pattern.value.trim() === '' ? limits.fleet : {});
      audit.show(items);
      pager.show(nextCursor);
    },
  };
}

function valueWords(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
