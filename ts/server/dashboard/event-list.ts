/** The latest events, newest first; a bounded number, changed in place. */
import type { PlaneEvent } from '../api/schemas.js';
import { follow, h } from './dom.js';
import { route } from './page.js';
import { moment, sentence, shortKey } from './words.js';

const MOST = 50;

const NAMES: Partial<Record<PlaneEvent['kind'], string>> = {
  gap: 'no data',
  'gap-closed': 'data again',
  'provider-down': 'provider away',
  'provider-up': 'provider back',
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
      events.slice(0, MOST),
      ({ id }) => String(id),
      (event) => ({
        element: h(
          'li',
          {},
          h('span', { class: 'mark kind', 'data-kind': event.kind }, NAMES[event.kind] ?? event.kind),
          h('time', {}, moment(event.atMs)),
          h(
            'p',
            {},
            ...(event.functionKey === null
              ? []
              : [
                  h(
                    'a',
                    { href: route.function(event.functionKey), title: event.functionKey },
                    shortKey(event.functionKey),
                  ),
                  ' ',
                ]),
            words(event),
          ),
        ),
      }),
    );
    this.#empty.hidden = events.length > 0;
  }
}
