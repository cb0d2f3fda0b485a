/** Server-sent events: every event is written once and goes to whom it concerns. No client can make us keep more than its bound for it. */
import type { ServerResponse } from 'node:http';
import type { Plane } from '../control/plane.js';
import type { PlaneEvent } from './schemas/events.js';
import { FREQUENT_KINDS } from './schemas/pages.js';

/** Events kept for those who come back. */
const REMEMBERED = 4096;
/** Bytes that may wait for a client before it is dropped; it comes back with its last id. */
const MOST_WAITING = 256 * 1024;

export interface Wanted {
  kinds: ReadonlySet<string> | null;
  functionKey: string | undefined;
}

interface Client extends Wanted {
  response: ServerResponse;
}

interface Kept {
  event: PlaneEvent;
  frame: string;
}

const concerns = ({ kinds, functionKey }: Wanted, { kind, functionKey: of }: PlaneEvent): boolean => {
  if (functionKey !== undefined && of !== null && of !== functionKey) return false;
  return kinds === null ? functionKey !== undefined || !FREQUENT_KINDS.includes(kind) : kinds.has(kind);
};

/** JSON has no line breaks of its own, so that one line of `data` holds it. */
const frameOf = (event: PlaneEvent): string =>
  `id: ${event.id}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`;

export class EventHub {
  readonly #mostClients: number;
  readonly #clients = new Set<Client>();
  readonly #kept: Kept[] = [];
  readonly #unsubscribe: () => void;
  readonly #heart: NodeJS.Timeout;
  #dropped = 0;

  constructor(plane: Plane, mostClients: number, heartbeatMs: number) {
    this.#mostClients = mostClients;
    this.#unsubscribe = plane.subscribe((event) => this.#send(event));
    this.#heart = setInterval(() => this.#beat(), heartbeatMs);
    this.#heart.unref();
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** Clients that were cut off because they did not read. */
  get dropped(): number {
    return this.#dropped;
  }

  get full(): boolean {
    return this.#clients.size >= this.#mostClients;
  }

  /**
   * Sends what comes from now on, and before it what came after `lastId` where that is still known. Where it is not, an event `reset` says that there
   * is a hole: whoever keeps state reads it anew.
   */
  attach(response: ServerResponse, wanted: Wanted, lastId: number | undefined): void {
    const client: Client = { response, ...wanted };
    response.write('retry: 2000\n: connected\n\n');
    if (lastId !== undefined) this.#resume(client, lastId);
    if (response.destroyed) return;
    this.#clients.add(client);
    const leave = (): void => {
      this.#clients.delete(client);
    };
    response.on('close', leave);
    response.on('error', leave);
  }

  /** Ends every stream; nothing is sent after. */
  close(): void {
    clearInterval(this.#heart);
    this.#unsubscribe();
    for (const { response } of this.#clients) response.end();
    this.#clients.clear();
  }

  #resume(client: Client, lastId: number): void {
    const [oldest] = this.#kept;
    const newest = this.#kept.at(-1);
    const known =
      oldest !== undefined && newest !== undefined && lastId >= oldest.event.id - 1 && lastId <= newest.event.id;
    const missed = this.#kept
      .filter(({ event }) => event.id > lastId && concerns(client, event))
      .map(({ frame }) => frame);
    // More than may wait would cut the client off at once, and again whenever it came back.
    if (known && missed.reduce((sum, { length }) => sum + length, 0) <= MOST_WAITING / 2) {
      for (const frame of missed) this.#write(client, frame);
    } else {
      this.#write(
        client,
        `event: reset\ndata: ${JSON.stringify({ lastEventId: lastId, newest: newest?.event.id ?? null })}\n\n`,
      );
    }
  }

  #send(event: PlaneEvent): void {
    const frame = frameOf(event);
    this.#kept.push({ event, frame });
    // Half at a time, so that an event costs the same in the long run.
    if (this.#kept.length >= 2 * REMEMBERED) this.#kept.splice(0, REMEMBERED);
    for (const client of this.#clients) if (concerns(client, event)) this.#write(client, frame);
  }

  #beat(): void {
    for (const client of this.#clients) this.#write(client, ': alive\n\n');
  }

  #write(client: Client, frame: string): void {
    const { response } = client;
    if (response.destroyed) return;
    if (response.writableLength > MOST_WAITING) {
      this.#dropped += 1;
      this.#clients.delete(client);
      response.destroy();
      return;
    }
    response.write(frame);
  }
}
