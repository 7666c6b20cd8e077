/** A table that can be sorted, and has only those rows in the document that are in sight: it may have very many. */
import { element, type Content } from './element.ts';

/** A column of rows of a kind. */
export interface TableColumn<T> {
  readonly title: string;
  /** What the title means. */
  readonly about?: string;
  /** By what rows are sorted; those without one come last. */
  readonly value: (row: T) => string | number | undefined;
  /** What is shown. @default the value */
  readonly show?: (row: T) => Content;
  readonly isNumber?: boolean;
  /** The class of its cells. */
  readonly class?: string;
}

/** What a table is made of. */
export interface TableOptions<T> {
  /** For those who do not see it. */
  readonly caption: string;
  readonly columns: readonly TableColumn<T>[];
  readonly rows: readonly T[];
  /** The title of the column that it is sorted by at first. */
  readonly sortBy: string;
  /** Whether the largest come first then. @default true */
  readonly isDescending?: boolean;
}

/** The height of a row, as the style has it, in pixels. */
const ROW_HEIGHT = 32;
/** How many rows there are above and below those in sight. */
const MARGIN = 10;

/** A table; see above. */
export class VirtualTable<T> {
  readonly element: HTMLElement;
  readonly #columns: readonly TableColumn<T>[];
  readonly #body = element('tbody');
  readonly #head: HTMLTableSectionElement;
  readonly #table: HTMLTableElement;
  #rows: readonly T[];
  #sortedBy: TableColumn<T> | undefined;
  #isDescending = true;
  #first = -1;
  #last = -1;

  constructor({ caption, columns, rows, sortBy, isDescending = true }: TableOptions<T>) {
    this.#columns = columns;
    this.#rows = rows;
    this.#head = element(
      'thead',
      {},
      element('tr', { 'aria-rowindex': 1 }, ...columns.map((each) => this.#title(each))),
    );
    this.#table = element('table', {}, element('caption', { class: 'unseen' }, caption), this.#head, this.#body);
    const attributes = { class: 'table', tabindex: 0, role: 'region', 'aria-label': caption };
    this.element = element('div', { ...attributes, scroll: () => this.#draw() }, this.#table);
    new ResizeObserver(() => this.#draw()).observe(this.element);
    this.#sort(
      columns.find(({ title }) => title === sortBy),
      isDescending,
    );
  }

  /** Shows other rows, in the order that was chosen. */
  setRows(rows: readonly T[]): void {
    this.#rows = rows;
    this.element.scrollTop = 0;
    this.#sort(this.#sortedBy, this.#isDescending);
  }

  /** For paper: so many rows are in the document, whatever is in sight. */
  drawFirst(count: number): void {
    this.#fill(0, Math.min(count, this.#rows.length));
  }

  /** Ends that. */
  drawAgain(): void {
    this.#first = -1;
    this.#draw();
  }

  #title(column: TableColumn<T>): HTMLElement {
    const sort = (): void =>
      this.#sort(column, this.#sortedBy === column ? !this.#isDescending : column.isNumber === true);
    const button = element('button', { type: 'button', click: sort, title: column.about }, column.title);
    return element('th', { scope: 'col', class: classOf(column) }, button);
  }

  #sort(column: TableColumn<T> | undefined, isDescending: boolean): void {
    this.#sortedBy = column;
    this.#isDescending = isDescending;
    if (column !== undefined) this.#rows = sorted(this.#rows, column.value, isDescending);
    for (const [index, each] of this.#columns.entries())
      this.#head.rows[0]?.cells[index]?.setAttribute(
        'aria-sort',
        each !== column ? 'none' : isDescending ? 'descending' : 'ascending',
      );
    this.#table.setAttribute('aria-rowcount', String(this.#rows.length + 1));
    this.#first = -1;
    this.#draw();
  }

  #draw(): void {
    const { scrollTop, clientHeight } = this.element;
    const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - MARGIN);
    const last = Math.min(this.#rows.length, Math.ceil((scrollTop + clientHeight) / ROW_HEIGHT) + MARGIN);
    if (first !== this.#first || last !== this.#last) this.#fill(first, last);
  }

  #fill(first: number, last: number): void {
    this.#first = first;
    this.#last = last;
    const rows = this.#rows.slice(first, last).map((row, index) => this.#row(row, first + index));
    this.#body.replaceChildren(space(first), ...rows, space(this.#rows.length - last));
  }

  #row(row: T, index: number): HTMLElement {
    const cells = this.#columns.map((column) =>
      element('td', { class: classOf(column) }, column.show === undefined ? column.value(row) : column.show(row)),
    );
    return element('tr', { 'aria-rowindex': index + 2, class: index % 2 === 1 ? 'odd' : undefined }, ...cells);
  }
}

function classOf<T>({ isNumber, class: name }: TableColumn<T>): string | undefined {
  return isNumber === true ? 'number' : name;
}

/** In place of rows that are not in the document. */
function space(rows: number): HTMLElement {
  return element('tr', {
    'aria-hidden': 'true',
    class: 'space',
    style: `height: ${rows * ROW_HEIGHT}px`,
    hidden: rows === 0,
  });
}

function sorted<T>(rows: readonly T[], valueOf: TableColumn<T>['value'], isDescending: boolean): readonly T[] {
  const sign = isDescending ? -1 : 1;
  return rows
    .map((row) => ({ row, value: valueOf(row) }))
    .sort(({ value: a }, { value: b }) => {
      if (a === b) return 0;
      if (a === undefined) return 1;
      if (b === undefined) return -1;
      return a < b ? -sign : sign;
    })
    .map(({ row }) => row);
}
