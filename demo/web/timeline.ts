/** A table with a row for each sum: when it was computed, on which worker, and what it is. */
import type { JobEvent } from 'somen/web';

/** Fills the rows with what happens in a run. */
export class Timeline {
  readonly #body: HTMLTableSectionElement;
  readonly #rows: readonly HTMLTableRowElement[];
  readonly #workers: string[] = [];
  #began: number | undefined;
  #frame = 0;

  constructor(body: HTMLTableSectionElement, limits: readonly number[]) {
    this.#body = body;
    this.#rows = limits.map((n) => {
      const row = body.insertRow();
      row.innerHTML = `<th scope="row">${n.toLocaleString('en-US')}</th><td class="lane"><span></span></td><td></td>`;
      return row;
    });
  }

  /** When the first job started, in milliseconds since 1970, if one did. */
  get began(): number | undefined {
    return this.#began;
  }

  /** Empties all rows. */
  clear(): void {
    this.#began = undefined;
    this.#workers.length = 0;
    for (const row of this.#rows) clear(row);
  }

  /** A run begins: from its first job on, the axis of time grows. */
  start(): void {
    this.clear();
    const draw = (): void => {
      if (this.#began !== undefined) setTime(this.#body, '--span', Math.max(1, Date.now() - this.#began));
      this.#frame = requestAnimationFrame(draw);
    };
    draw();
  }

  /** The run is over. */
  end(): void {
    cancelAnimationFrame(this.#frame);
    for (const row of this.#rows) if (row.dataset['state'] === 'started') clear(row);
  }

  /** Shows what happens to the job of a sum. */
  async watch(index: number, events: AsyncIterable<JobEvent>): Promise<void> {
    const row = this.#rows[index];
    for await (const event of events) if (row !== undefined) this.#show(row, event);
  }

  #show(row: HTMLTableRowElement, event: JobEvent): void {
    if (event.type === 'started') {
      this.#began ??= event.time;
      if (!this.#workers.includes(event.worker)) this.#workers.push(event.worker);
      row.style.setProperty('--worker', String(this.#workers.indexOf(event.worker)));
      setTime(row, '--start', event.time - this.#began);
    } else if (event.type === 'done') {
      setTime(row, '--end', event.time - (this.#began ?? event.time));
    } else if (event.type !== 'retrieved') return;
    row.dataset['state'] = event.type;
  }

  /** A sum is there. */
  sum(index: number, sum: number, expected: number | undefined): void {
    const cell = this.#rows[index]?.cells[2];
    if (cell === undefined) return;
    cell.textContent = sum.toLocaleString('en-US');
    cell.classList.toggle('wrong', sum !== expected);
  }
}

function clear(row: HTMLTableRowElement): void {
  row.removeAttribute('style');
  row.dataset['state'] = 'waiting';
  row.cells[2]?.replaceChildren();
}

function setTime(target: HTMLElement, property: string, milliseconds: number): void {
  target.style.setProperty(property, Math.max(0, milliseconds).toFixed(0));
}
