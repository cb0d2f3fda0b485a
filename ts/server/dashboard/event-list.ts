/** The latest events, newest first; a bounded number, changed in place. What goes on and on takes one line. */
import type { PlaneEvent } from '../api/schemas/events.js';
import { follow, h, putName } from './dom.js';
import { route } from './page.js';
import { moment, sentence, shortKey } from './words.js';

const MOST = 10;

const NAMES: Partial<Record<PlaneEvent['kind'], string>> = {
  gap: 'no data',
  'gap-closed': 'data again',
  'start-time': 'start time',
  'provider-down': 'provider away',
  'provider-up': 'provider back',
  'provider-ended': 'trace ended',
  'store-down': 'store away',
  'store-up': 'store back',
  'clock-jump': 'clock moved',
};

/** The key goes to the link; the message need not say it again. */
function words({ message, functionKey }: PlaneEvent): string {
  return sentence(
    functionKey !== null && message.startsWith(`${functionKey}: `) ? message.slice(functionKey.length + 2) : message,
  );
}

function about({ functionKey }: PlaneEvent): (Node | string)[] {
  if (functionKey === null) return [];
  const link = h('a', { href: route.function(functionKey), title: functionKey });
  putName(link, shortKey(functionKey));
  return [link, ' '];
}

interface Run {
  event: PlaneEvent;
  times: number;
}

/** Those that follow each other and say the same of the same. */
function runs(events: readonly PlaneEvent[]): Run[] {
  const found: Run[] = [];
  for (const event of events) {
    const last = found.at(-1);
    if (last?.event.kind === event.kind && last.event.functionKey === event.functionKey) last.times++;
    else found.push({ event, times: 1 });
  }
  return found;
}

export class EventList {
  readonly element: HTMLElement;
  readonly #list = h('ol', { class: 'events' });
  readonly #empty: HTMLElement;
  readonly #kept = new Map<string, { element: Element }>();

  constructor(empty: string) {
    this.#empty = h('p', { class: 'note' }, empty);
    this.element = h('div', {}, this.#list, this.#empty);
  }

  show(events: readonly PlaneEvent[]): void {
    follow(
      this.#list,
      this.#kept,
      runs(events).slice(0, MOST),
      ({ event, times }) => `${event.id} ${times}`,
      ({ event, times }) => ({
        element: h(
          'li',
          {},
          h('span', { class: 'mark kind' }, `${NAMES[event.kind] ?? event.kind}${times === 1 ? '' : ` × ${times}`}`),
          h('time', {}, moment(event.atMs)),
          h('p', {}, ...about(event), words(event)),
        ),
      }),
    );
    this.#empty.hidden = events.length > 0;
  }
}
