/** A list of receipts in which those that decide the same stand in one line, until it is opened. */
import { count } from '../../core/decide/figures.js';
import type { ReceiptRow } from '../api/schemas/receipts.js';
import { route } from './page.js';
import { keepAliveWords, poolWords, type ReceiptRun, receiptRuns } from './receipt-runs.js';
import { type Column, Table } from './table.js';
import { capital, long, moment, shortKey } from './words.js';

/** A run, or one of its receipts where it is open. */
interface Line {
  run: ReceiptRun;
  receipt: ReceiptRow | null;
}

/** It stays while newer ones come before it. */
const runKey = ({ receipts }: ReceiptRun): string => receipts.at(-1)!.id;

const FUNCTION: Column<Line> = {
  title: 'Function',
  cell: ({ run, receipt }) => {
    const { functionKey } = run.newest;
    return receipt === null ? { text: shortKey(functionKey), title: functionKey } : '';
  },
  isText: true,
  isName: true,
};

export class ReceiptList {
  readonly #table: Table<Line>;
  readonly #open = new Set<string>();
  #runs: readonly ReceiptRun[] = [];
  #empty: string | undefined;

  constructor(caption: string, { withFunction = false } = {}) {
    this.#table = new Table<Line>({
      caption,
      isWide: true,
      columns: [
        {
          title: 'When',
          cell: ({ run, receipt }) => {
            const { atMs, id } = receipt ?? run.newest;
            const cell = { text: moment(atMs), title: id };
            const { length } = run.receipts;
            if (receipt !== null || length === 1) return cell;
            return { ...cell, toggle: { label: `${count(length)} receipts`, isOpen: this.#open.has(runKey(run)) } };
          },
          isShort: true,
        },
        ...(withFunction ? [FUNCTION] : []),
        {
          title: 'Desired instances',
          cell: ({ run, receipt }) => count((receipt ?? run.newest).desiredInstances),
          isMinor: withFunction,
        },
        { title: 'Pool', cell: (line) => poolWords(shown(line)), isMinor: true },
        { title: 'Keep-alive', cell: (line) => keepAliveWords(shown(line)), isMinor: true },
        { title: 'Why', cell: (line) => capital(why(line)), isText: true },
      ],
      keyOf: ({ run, receipt }) => receipt?.id ?? `run ${runKey(run)}`,
      hrefOf: ({ run, receipt }) => route.receipt((receipt ?? run.newest).id),
      isPart: ({ receipt }) => receipt !== null,
      onToggle: ({ run }) => this.#toggle(runKey(run)),
      empty: 'No decision has been made yet.',
    });
  }

  get element(): HTMLElement {
    return this.#table.element;
  }

  /** `runs` at most; `empty`: why there is none, where it is not for the usual reason. */
  show(receipts: readonly ReceiptRow[], runs = Number.POSITIVE_INFINITY, empty?: string): void {
    this.#runs = receiptRuns(receipts).slice(0, runs);
    this.#empty = empty;
    this.#draw();
  }

  #toggle(key: string): void {
    if (!this.#open.delete(key)) this.#open.add(key);
    this.#draw();
  }

  #draw(): void {
    const lines = this.#runs.flatMap((run): Line[] => [
      { run, receipt: null },
      ...(this.#open.has(runKey(run)) ? run.receipts.map((receipt) => ({ run, receipt })) : []),
    ]);
    this.#table.show(lines, this.#empty);
  }
}

const shown = ({ run, receipt }: Line): ReceiptRun =>
  receipt === null ? run : { newest: receipt, receipts: [receipt] };

/** What moved within a run, and why it is as it is now. */
function why({ run, receipt }: Line): string {
  if (receipt !== null || run.receipts.length === 1) return (receipt ?? run.newest).reason;
  const oldest = run.receipts.at(-1)!;
  return `the same number for ${long(run.newest.atMs - oldest.atMs)}, last: ${run.newest.reason}`;
}
