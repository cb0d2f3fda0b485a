/** What happened, told to whoever listens, and kept until it is stored. */
import type { PlaneEvent } from '../api/schemas/events.js';
import type { Json, StoredEvent } from '../store/index.js';

export type EventKind = PlaneEvent['kind'];

/** Told but not stored: there is one of them at every tick, or more. */
const FLEETING: ReadonlySet<EventKind> = new Set<EventKind>(['tick', 'decision']);

/** Digits of an id in the store, where ids are texts and sort as such. */
const ID_DIGITS = 16;

/** Ids of one millisecond; ids ascend over restarts as the clock does, or from the last one stored where it was set back. */
const PER_MS = 100;

/** Events that wait for a store that is away; the oldest go first, and that is an event of its own. */
const MOST_WAITING = 10_000;

export function toStored({ id, atMs, kind, functionKey, message, data }: PlaneEvent): StoredEvent {
  const detail = { message, ...(data === undefined ? {} : { data: data as Json }) };
  return { id: String(id).padStart(ID_DIGITS, '0'), atMs, kind, functionKey, detail };
}

export function fromStored({ id, atMs, kind, functionKey, detail }: StoredEvent): PlaneEvent {
  const { message, data } = detail as { message: string; data?: Record<string, Json> };
  return {
    id: Number(id),
    atMs,
    kind: kind as EventKind,
    functionKey,
    message,
    ...(data === undefined ? {} : { data }),
  };
}

export class EventLog {
  #listeners = new Set<(event: PlaneEvent) => void>();
  #lastId = 0;
  #waiting: PlaneEvent[] = [];
  #dropped = 0;
  #now: () => number;

  /** `lastId`: the last one that was given before. */
  constructor(now: () => number, lastId = 0) {
    this.#now = now;
    this.#lastId = lastId;
  }

  emit(kind: EventKind, functionKey: string | null, message: string, data?: Record<string, unknown>): PlaneEvent {
    const atMs = this.#now();
    this.#lastId = Math.max(this.#lastId + 1, Math.trunc(Date.now()) * PER_MS);
    const event: PlaneEvent = { id: this.#lastId, atMs, kind, functionKey, message, ...(data && { data }) };
    if (!FLEETING.has(kind)) {
      if (this.#waiting.length >= MOST_WAITING) {
        this.#waiting.shift();
        this.#dropped++;
      }
      this.#waiting.push(event);
    }
    for (const listener of this.#listeners) listener(event);
    return event;
  }

  /** Those to be stored; they are waited for until `stored` says so. What is told meanwhile is not among them. */
  waiting(): readonly PlaneEvent[] {
    return [...this.#waiting];
  }

  stored(events: readonly PlaneEvent[]): void {
    const done = new Set(events.map(({ id }) => id));
    this.#waiting = this.#waiting.filter(({ id }) => !done.has(id));
    const dropped = this.#dropped;
    this.#dropped = 0;
    if (dropped > 0)
      this.emit('store-up', null, `${dropped} events were let go of while the store was away`, { dropped });
  }

  subscribe(listener: (event: PlaneEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
