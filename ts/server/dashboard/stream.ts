/** Server-sent events by `fetch`, since an `EventSource` cannot carry a key. It comes back by itself, with the last id. */
import type { PlaneEvent } from '../api/schemas/events.js';
import { headers, refusalOf } from './api.js';

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15_000;
/** The server says something every 15 s; a line that is silent for longer is dead. */
const SILENCE_MS = 40_000;

export interface StreamListener {
  onEvent(event: PlaneEvent): void;
  /** `waitMs` until the next try. */
  onState(state: 'live' | 'away', waitMs: number, error: unknown): void;
  /** What was missed is not known any more. */
  onReset(): void;
}

export class EventStream {
  readonly #listener: StreamListener;
  #lastId: string | undefined;
  #stop = new AbortController();
  #wake: (() => void) | undefined;

  constructor(listener: StreamListener) {
    this.#listener = listener;
    void this.#run();
  }

  /** Tries again now rather than later. */
  hurry(): void {
    this.#wake?.();
  }

  close(): void {
    this.#stop.abort();
    this.hurry();
  }

  async #run(): Promise<void> {
    let wait = FIRST_WAIT_MS;
    while (!this.#stop.signal.aborted) {
      let error: unknown;
      try {
        await this.#follow(() => {
          wait = FIRST_WAIT_MS;
        });
      } catch (caught) {
        error = caught;
      }
      if (this.#stop.signal.aborted) return;
      this.#listener.onState('away', wait, error);
      await this.#pause(wait);
      wait = Math.min(LONGEST_WAIT_MS, wait * 2);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #follow(connected: () => void): Promise<void> {
    const silence = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, silence.signal]);
    let timer = setTimeout(() => silence.abort(), SILENCE_MS);
    try {
      const last = this.#lastId === undefined ? {} : { 'last-event-id': this.#lastId };
      const response = await fetch('v1/events/stream', { headers: { ...headers(), ...last }, signal });
      if (!response.ok) throw await refusalOf(response);
      connected();
      this.#listener.onState('live', 0, undefined);
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENCE_MS);
        const frames = (rest + value).split('\n\n');
        rest = frames.pop()!;
        for (const frame of frames) this.#take(frame);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #take(frame: string): void {
    let kind = '';
    let data = '';
    for (const line of frame.split('\n')) {
      if (line.startsWith('id: ')) this.#lastId = line.slice(4);
      else if (line.startsWith('event: ')) kind = line.slice(7);
      else if (line.startsWith('data: ')) data = line.slice(6);
    }
    if (kind === 'reset') {
      this.#lastId = undefined;
      this.#listener.onReset();
    } else if (data !== '') this.#listener.onEvent(JSON.parse(data) as PlaneEvent);
  }
}
