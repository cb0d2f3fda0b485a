/** How the control plane is, in a line that every page has. */
import { count } from '../../core/decide/figures.js';
import type { Status } from '../api/schemas/overview.js';
import { h, put, setAttribute } from './dom.js';
import { clock, day, endOf, long, moment, sentence, zone } from './words.js';

/** `rest`: done, and nothing is wrong. */
type Health = 'good' | 'wait' | 'bad' | 'rest';

class Sign {
  readonly element: HTMLElement;
  readonly #value = h('span');

  constructor(name: string) {
    this.element = h('li', {}, h('span', { class: 'sign-name' }, name), this.#value);
  }

  show(health: Health, words: string, title?: string): void {
    setAttribute(this.element, 'data-health', health);
    setAttribute(this.element, 'title', title ?? null);
    put(this.#value, words);
  }
}

export class Strip {
  readonly element: HTMLElement;
  readonly #signs = {
    line: new Sign('Dashboard'),
    provider: new Sign('Provider'),
    loop: new Sign('Loop'),
    store: new Sign('Store'),
    paused: new Sign('Paused'),
  };
  readonly #replay = h('li', { class: 'badge replay' });
  readonly #time = h('li', { class: 'time' });
  readonly #ended = h('p', { class: 'ended' });
  readonly #trouble = h('ul', { class: 'trouble' });
  #said = '';

  constructor() {
    const list = h(
      'ul',
      { class: 'signs', 'aria-label': 'Status' },
      ...Object.values(this.#signs).map(({ element }) => element),
      this.#replay,
      this.#time,
    );
    this.element = h('header', { class: 'strip' }, list, h('div', { role: 'status' }, this.#ended, this.#trouble));
  }

  /** `away` is why nothing comes at present. */
  showLine(isLive: boolean, away: string): void {
    this.#signs.line.show(isLive ? 'good' : 'wait', isLive ? 'live' : away);
  }

  show(status: Status): void {
    const { provider, store, loop, lagMs, nowMs, tick, lastTickTookMs, paused, degraded } = status;
    const hasEnded = loop === 'ended';
    this.#signs.provider.show(
      provider.state === 'down' ? 'bad' : hasEnded ? 'rest' : provider.state === 'idle' ? 'wait' : 'good',
      `${provider.name} ${hasEnded ? 'ended' : provider.state}`,
      provider.detail ?? `newest sample ${moment(provider.lastSampleMs)}`,
    );
    this.#replay.hidden = provider.replay === null;
    if (provider.replay !== null) showReplay(this.#replay, provider.replay.speed);
    put(this.#ended, hasEnded ? 'The trace has ended: nothing is decided any more, and the figures stay.' : '');
    const decidedMs = endOf(status, tick);
    const behindMs = nowMs - lagMs - decidedMs;
    const took = lastTickTookMs === null ? undefined : `the last tick took ${long(lastTickTookMs)}`;
    this.#signs.loop.show(
      loop === 'running' ? 'good' : loop === 'stopped' ? 'bad' : hasEnded ? 'rest' : 'wait',
      loop === 'behind' && behindMs > 0 ? `behind by ${long(behindMs)}` : loop,
      took,
    );
    this.#signs.store.show(
      store.state === 'up' ? 'good' : 'bad',
      `${store.kind} ${store.state}`,
      store.detail ?? undefined,
    );
    this.#signs.paused.element.hidden = paused.length === 0;
    this.#signs.paused.show('wait', count(paused.length));
    // A day without a date is one of the trace that is played.
    put(this.#time, `${day(decidedMs)}, ${clock(decidedMs)}${zone(decidedMs) === 'UTC' ? ' UTC' : ''}`);
    const text = degraded.join('\n');
    if (text === this.#said) return;
    this.#said = text;
    this.#trouble.replaceChildren(...degraded.map((words) => h('li', {}, sentence(words))));
  }
}

/** Nobody shall take it for live traffic. In few words, so that all signs stand on one line. */
function showReplay(badge: HTMLElement, speed: number | null): void {
  put(badge, speed === null ? 'Plays a trace' : `Plays a trace, ${count(speed)}×`);
  const pace =
    speed === null
      ? ', as fast as it goes'
      : speed === 1
        ? ', at its own speed'
        : ` at ${count(speed)} times its speed`;
  setAttribute(badge, 'title', `Plays a trace${pace}`);
}
