/** The dashboard of `isotherm serve`: a page by the address's fragment, kept fresh by the server's events. */
import type { Status } from '../api/schemas/overview.js';
import { get, Refusal, Unreachable } from './api.js';
import { askForKey, askForPause, isAsking, showShortcuts } from './dialogs.js';
import { h, put, setAttribute } from './dom.js';
import type { Page, Surroundings } from './page.js';
import { accuracyPage } from './pages/accuracy.js';
import { coldStartsPage } from './pages/cold-starts.js';
import { costPage } from './pages/cost.js';
import { functionPage } from './pages/function.js';
import { functionsPage } from './pages/functions.js';
import { limitsPage } from './pages/limits.js';
import { overviewPage } from './pages/overview.js';
import { placementPage } from './pages/placement.js';
import { receiptPage, receiptsPage } from './pages/receipts.js';
import { utilizationPage } from './pages/utilization.js';
import { whatIfPage } from './pages/what-if.js';
import { EventStream } from './stream.js';
import { Strip } from './strip.js';
import { capital, long, sentence } from './words.js';

/** Ticks may come many times a second where time is accelerated; nobody reads that fast. */
const REFRESH_MS = 2000;
/** Where no event comes. */
const AT_LEAST_MS = 20_000;

interface Place {
  hash: string;
  name: string;
  make(surroundings: Surroundings): Page;
}

const PLACES: readonly Place[] = [
  { hash: '#/', name: 'Overview', make: overviewPage },
  { hash: '#/cold-starts', name: 'Cold Start Analytics', make: coldStartsPage },
  { hash: '#/accuracy', name: 'Prediction Accuracy', make: accuracyPage },
  { hash: '#/cost', name: 'Cost Analysis', make: costPage },
  { hash: '#/utilization', name: 'Resource Utilization', make: utilizationPage },
  { hash: '#/functions', name: 'Functions', make: functionsPage },
  { hash: '#/receipts', name: 'Receipts', make: receiptsPage },
  { hash: '#/limits', name: 'Limits and pauses', make: limitsPage },
  { hash: '#/placement', name: 'Placement', make: placementPage },
  { hash: '#/what-if', name: 'What if', make: () => whatIfPage() },
];

function pageAt(hash: string, surroundings: Surroundings): { page: Page; place: Place } {
  const [, name = '', argument] = hash.split('/');
  const place = PLACES.find((one) => one.hash === `#/${name}`) ?? PLACES[0]!;
  if (argument !== undefined) {
    let about: string | undefined;
    try {
      about = decodeURIComponent(argument);
    } catch {
      // No address of ours.
    }
    if (about !== undefined && name === 'functions') return { page: functionPage(about, surroundings), place };
    if (about !== undefined && name === 'receipts') return { page: receiptPage(about), place };
    if (about !== undefined && name === 'what-if') return { page: whatIfPage(about), place };
  }
  return { page: place.make(surroundings), place };
}

class Dashboard {
  readonly #strip = new Strip();
  readonly #main = h('main', { id: 'main', tabindex: -1 });
  readonly #notice = h('p', { class: 'notice', role: 'alert' });
  readonly #said = h('p', { class: 'said', role: 'status' });
  readonly #links = new Map<Place, HTMLElement>();
  /** Opens the list of pages where there is no room for it. */
  readonly #menu = h('button', {
    type: 'button',
    class: 'menu',
    'aria-controls': 'pages',
    'aria-expanded': 'false',
    onclick: () => this.#openMenu(!this.#isMenuOpen),
  });
  readonly #stream: EventStream;
  #page!: Page;
  #place!: Place;
  #status: Status | undefined;
  #running: AbortController | undefined;
  #timer = 0;
  #lastMs = 0;
  #isShown = false;
  #isAskingForKey = false;
  #saidTimer = 0;

  constructor(app: HTMLElement) {
    const nav = h(
      'nav',
      { 'aria-label': 'Pages' },
      h('a', { href: '#/', class: 'logo' }, 'Isotherm'),
      this.#menu,
      h(
        'ul',
        { id: 'pages' },
        ...PLACES.map((place) => {
          // Where that page is shown already, nothing else would close the list.
          const link = h('a', { href: place.hash, onclick: () => this.#openMenu(false) }, place.name);
          this.#links.set(place, link);
          return h('li', {}, link);
        }),
      ),
      h(
        'p',
        { class: 'note nav-foot' },
        h('span', { class: 'badge source' }, 'shadow'),
        h('a', { href: 'docs' }, 'API'),
        h(
          'button',
          { type: 'button', class: 'plain', onclick: showShortcuts, 'aria-label': 'Keyboard shortcuts' },
          '?',
        ),
      ),
    );
    app.replaceChildren(
      h('a', { href: '#main', class: 'skip', onclick: (event: Event) => this.#skip(event) }, 'To the content'),
      nav,
      h('div', { class: 'content' }, this.#strip.element, this.#notice, this.#main, this.#said),
    );
    this.#strip.showLine(false, 'connecting');
    this.#go();
    addEventListener('hashchange', () => this.#go());
    addEventListener('keydown', (event) => this.#press(event));
    addEventListener('online', () => this.#stream.hurry());
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) return;
      this.#stream.hurry();
      this.#soon(0);
    });
    this.#stream = new EventStream({
      onEvent: () => this.#soon(REFRESH_MS),
      onReset: () => this.#soon(0),
      onState: (state, waitMs, error) => {
        const since = this.#lastMs === 0 ? '' : `, figures of ${new Date(this.#lastMs).toLocaleTimeString('en-GB')}`;
        this.#strip.showLine(state === 'live', `offline, trying again every ${long(waitMs)}${since}`);
        setAttribute(document.documentElement, 'data-line', state);
        if (state === 'live') this.#soon(0);
        else if (error instanceof Refusal && error.status === 401) void this.#askForKey();
      },
    });
  }

  get #isMenuOpen(): boolean {
    return this.#menu.getAttribute('aria-expanded') === 'true';
  }

  #openMenu(isOpen: boolean): void {
    setAttribute(this.#menu, 'aria-expanded', String(isOpen));
  }

  #skip(event: Event): void {
    // A fragment is a page here.
    event.preventDefault();
    this.#main.focus();
  }

  #go(): void {
    this.#running?.abort();
    this.#page?.close?.();
    const surroundings: Surroundings = {
      changed: () => this.#soon(0),
      say: (words) => this.#say(words),
      pause: (key) => this.#pause(key),
    };
    const { page, place } = pageAt(location.hash || '#/', surroundings);
    const isFirst = this.#page === undefined;
    this.#page = page;
    this.#place = place;
    this.#isShown = false;
    for (const [one, link] of this.#links) setAttribute(link, 'aria-current', one === place ? 'page' : null);
    put(this.#menu, place.name);
    setAttribute(this.#menu, 'aria-label', `Pages: ${place.name}`);
    this.#openMenu(false);
    document.title = `${page.title} · Isotherm`;
    put(this.#notice, '');
    const loading = h('p', { class: 'loading', role: 'status' }, 'Loading …');
    this.#main.replaceChildren(loading, page.element);
    this.#main.dataset.state = 'loading';
    if (!isFirst) {
      scrollTo(0, 0);
      this.#main.focus({ preventScroll: true });
    }
    this.#soon(0);
  }

  /** Refreshes after so long since the last time, once. */
  #soon(afterMs: number): void {
    clearTimeout(this.#timer);
    const wait = Math.max(0, this.#lastMs + afterMs - Date.now());
    this.#timer = window.setTimeout(() => void this.#refresh(), afterMs === 0 ? 0 : wait);
  }

  async #refresh(): Promise<void> {
    if (document.hidden || this.#isAskingForKey) return;
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    const page = this.#page;
    try {
      const status = await get<Status>('status', {}, running.signal);
      this.#status = status;
      this.#strip.show(status);
      await page.refresh(running.signal, status);
      if (running.signal.aborted) return;
      put(this.#notice, '');
      if (!this.#isShown) {
        this.#isShown = true;
        delete this.#main.dataset.state;
        this.#main.replaceChildren(page.element);
      }
    } catch (error) {
      if (running.signal.aborted) return;
      if (error instanceof Refusal && error.status === 401) void this.#askForKey();
      else this.#complain(error);
    } finally {
      // Whoever ended it has set the time of the next one.
      if (!running.signal.aborted) {
        this.#running = undefined;
        this.#lastMs = Date.now();
        clearTimeout(this.#timer);
        this.#timer = window.setTimeout(() => void this.#refresh(), AT_LEAST_MS);
      }
    }
  }

  #complain(error: unknown): void {
    const old = this.#isShown ? ' What stands here is what was known last.' : '';
    if (!(error instanceof Refusal || error instanceof Unreachable)) throw error;
    if (error instanceof Refusal && error.status === 404 && !this.#isShown) {
      this.#showAbsence(capital(error.message));
      return;
    }
    put(this.#notice, `${sentence(error.message)}${old}`);
    if (!this.#isShown)
      this.#main.firstElementChild?.replaceChildren(error instanceof Unreachable ? 'Waiting for the server …' : '');
  }

  /** What the address names is not there, or not yet: it is asked for again as time goes on. */
  #showAbsence(words: string): void {
    put(this.#notice, '');
    if (this.#main.querySelector('.absent') !== null) return;
    const { hash, name } = this.#place;
    delete this.#main.dataset.state;
    this.#main.replaceChildren(
      h('div', { class: 'absent' }, h('h1', {}, words), h('p', {}, h('a', { href: hash }, `Back to ${name}`))),
    );
  }

  async #askForKey(): Promise<void> {
    if (this.#isAskingForKey) return;
    this.#isAskingForKey = true;
    await askForKey();
    this.#isAskingForKey = false;
    this.#stream.hurry();
    this.#soon(0);
  }

  #say(words: string): void {
    put(this.#said, words);
    clearTimeout(this.#saidTimer);
    this.#saidTimer = window.setTimeout(() => put(this.#said, ''), 6000);
  }

  #press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || isAsking()) return;
    const target = event.target as HTMLElement;
    const isWriting = target.matches('input, select, textarea');
    if (event.key === 'Escape') {
      if (this.#isMenuOpen) {
        this.#openMenu(false);
        this.#menu.focus();
      } else if (isWriting) target.blur();
      else if (location.hash !== this.#place.hash) location.hash = this.#place.hash;
      return;
    }
    if (isWriting) return;
    const place = PLACES['1234567890'.indexOf(event.key)];
    if (place !== undefined) location.hash = place.hash;
    else if (event.key === '/') this.#search();
    else if (event.key === 'j') this.#step(1);
    else if (event.key === 'k') this.#step(-1);
    else if (event.key === '?') showShortcuts();
    else if (event.key === 'p') this.#pause(this.#page.functionKey);
    else return;
    event.preventDefault();
  }

  #pause(functionKey: string | undefined): void {
    if (this.#status === undefined) return;
    askForPause(functionKey, this.#status, (words) => {
      this.#say(words);
      this.#soon(0);
    });
  }

  #search(): void {
    if (this.#page.search?.()) return;
    location.hash = '#/functions';
    addEventListener('hashchange', () => this.#page.search?.(), { once: true });
  }

  #step(by: 1 | -1): void {
    const rows = [...this.#main.querySelectorAll<HTMLElement>('.row-link')];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))]?.focus();
  }
}

new Dashboard(document.querySelector<HTMLElement>('#app')!);
