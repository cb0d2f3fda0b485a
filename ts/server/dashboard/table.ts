/** Tables that are changed in place: rows keep their elements, and the focus. */
import { follow, h, put, putName, setAttribute } from './dom.js';

export interface Cell {
  text: string;
  title?: string;
  /** Loss is said by a word or sign as well: colour alone tells nobody. */
  tone?: 'gain' | 'loss' | 'muted';
  /** Small words behind the text. */
  marks?: readonly string[];
  /** A button behind the text that opens the row. */
  toggle?: { label: string; isOpen: boolean };
}

export interface Column<Row> {
  title: string;
  cell(row: Row): string | Cell;
  /** Left out where the table is narrow. */
  isMinor?: boolean;
  /** Of a few characters, where the first column has names elsewhere. */
  isShort?: boolean;
  /** A name, elsewhere than in the first column. */
  isName?: boolean;
  /** Words, and not figures. */
  isText?: boolean;
}

export interface TableSetting<Row> {
  /** Read out, and shown where `isTitled`. */
  caption: string;
  /** Over the whole width of a page: names stay on one line there. */
  isWide?: boolean;
  columns: readonly Column<Row>[];
  keyOf(row: Row): string;
  /** Where the first cell leads. */
  hrefOf?(row: Row): string;
  /** The button of a row was pressed. */
  onToggle?(row: Row): void;
  /** Rows that stand under another one that was opened. */
  isPart?(row: Row): boolean;
  empty: string;
}

/** Characters of a name that a wide table does not break. */
const LONGEST_WHOLE = 32;

interface KeptRow<Row> {
  element: HTMLTableRowElement;
  cells: { holder: HTMLElement; text: HTMLElement; marks: HTMLElement }[];
  /** As it was shown last. */
  row: Row;
  toggle?: HTMLButtonElement;
}

export class Table<Row> {
  readonly element: HTMLElement;
  readonly #setting: TableSetting<Row>;
  readonly #body = h('tbody');
  readonly #empty = h('p', { class: 'note' });
  readonly #table: HTMLTableElement;
  readonly #kept = new Map<string, KeptRow<Row>>();

  constructor(setting: TableSetting<Row>) {
    this.#setting = setting;
    const heads = setting.columns.map(({ title, isMinor, isText }) =>
      h('th', { scope: 'col', class: classes(isMinor, isText) }, title),
    );
    this.#table = h(
      'table',
      { class: setting.isWide ? 'wide-table' : undefined },
      h('caption', { class: 'for-readers' }, setting.caption),
      h('thead', {}, h('tr', {}, ...heads)),
      this.#body,
    );
    this.element = h('div', { class: 'scroll' }, this.#table, this.#empty);
  }

  /** `empty`: why there is no row, where it is not for the usual reason. */
  show(rows: readonly Row[], empty = this.#setting.empty): void {
    const { keyOf } = this.#setting;
    put(this.#empty, empty);
    const kept = follow(this.#body, this.#kept, rows, keyOf, (row) => this.#make(row));
    for (const [i, row] of rows.entries()) this.#fill(kept[i]!, row);
    this.#empty.hidden = rows.length > 0;
    this.#table.hidden = rows.length === 0;
    // Links bring the keyboard along; without them it must be able to scroll.
    if (this.#setting.hrefOf === undefined) {
      const isWider = this.element.scrollWidth > this.element.clientWidth;
      setAttribute(this.element, 'tabindex', isWider ? '0' : null);
      setAttribute(this.element, 'role', isWider ? 'region' : null);
      setAttribute(this.element, 'aria-label', isWider ? this.#setting.caption : null);
    }
  }

  #make(row: Row): KeptRow<Row> {
    const { columns, hrefOf } = this.#setting;
    const cells = columns.map(({ isMinor, isText, isShort }, i) => {
      const text = i === 0 && hrefOf !== undefined ? h('a', { class: 'row-link' }) : h('span');
      const marks = h('span');
      const holder =
        i === 0
          ? h('th', { scope: 'row', class: isShort ? 'short' : undefined }, text, marks)
          : h('td', { class: classes(isMinor, isText) }, text, marks);
      return { holder, text, marks };
    });
    return { element: h('tr', {}, ...cells.map(({ holder }) => holder)), cells, row };
  }

  #fill(line: KeptRow<Row>, row: Row): void {
    const { hrefOf, isPart } = this.#setting;
    const { cells, element } = line;
    line.row = row;
    if (hrefOf !== undefined) setAttribute(cells[0]!.text, 'href', hrefOf(row));
    if (isPart !== undefined) setAttribute(element, 'data-part', isPart(row) ? '' : null);
    for (const [i, column] of this.#setting.columns.entries()) {
      const cell = column.cell(row);
      const { text, title, tone, marks = [], toggle } = typeof cell === 'string' ? { text: cell } : cell;
      const kept = cells[i]!;
      if (i === 0) this.#showToggle(line, toggle);
      if (i === 0 || column.isName) {
        putName(kept.text, text);
        setAttribute(kept.text, 'data-name', text.length <= LONGEST_WHOLE ? 'whole' : 'long');
      } else if (column.isText) putName(kept.text, text);
      else put(kept.text, text);
      setAttribute(kept.text, 'title', title ?? null);
      setAttribute(kept.text, 'data-tone', tone ?? null);
      if (kept.marks.childElementCount === marks.length && kept.marks.textContent === marks.join('')) continue;
      kept.marks.replaceChildren(...marks.map((mark) => h('span', { class: 'mark' }, mark)));
    }
  }

  #showToggle(line: KeptRow<Row>, toggle: Cell['toggle']): void {
    if (toggle === undefined) {
      line.toggle?.remove();
      delete line.toggle;
      return;
    }
    if (line.toggle === undefined) {
      const press = () => this.#setting.onToggle?.(line.row);
      line.toggle = h('button', { type: 'button', class: 'toggle', onclick: press });
      line.cells[0]!.holder.append(line.toggle);
    }
    put(line.toggle, toggle.label);
    setAttribute(line.toggle, 'aria-expanded', String(toggle.isOpen));
  }
}

const classes = (isMinor: boolean | undefined, isText: boolean | undefined): string | undefined =>
  [isMinor ? 'minor' : '', isText ? 'text' : ''].filter(Boolean).join(' ') || undefined;
