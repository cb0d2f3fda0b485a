/** What a page is, and what it may use. */
import type { Recent } from '../api/schemas/figures.js';
import type { Status } from '../api/schemas/overview.js';

export interface Page {
  /** The document's title. */
  title: string;
  element: HTMLElement;
  /** Asks for what it shows and shows it; called again as time goes on. */
  refresh(signal: AbortSignal, status: Status): Promise<void>;
  /** Focuses its search field; false if there is none. */
  search?(): boolean;
  /** Of a page about one function: what pausing is about. */
  functionKey?: string;
  close?(): void;
}

export interface Surroundings {
  /** Asks for a refresh soon. */
  changed(): void;
  say(words: string): void;
  /** Asks whether to pause a function or everything, or to end that pause. */
  pause(functionKey?: string): void;
}

/** The steps that are closed: the one that is being filled would look like a fall. */
export function closed(recent: Recent, untilMs: number | null): { times: number[]; count: number } {
  let { length: count } = recent.calls;
  while (count > 0 && untilMs !== null && recent.fromMs + count * recent.stepMs > untilMs) count--;
  return { times: Array.from({ length: count }, (_, i) => recent.fromMs + i * recent.stepMs), count };
}

export const route = {
  function: (key: string): string => `#/functions/${encodeURIComponent(key)}`,
  receipt: (id: string): string => `#/receipts/${encodeURIComponent(id)}`,
  whatIf: (key: string): string => `#/what-if/${encodeURIComponent(key)}`,
};
