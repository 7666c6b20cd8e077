/** The second demo: prime sums on all cores, remembered in IndexedDB, and on one worker to compare with. */
import { createRuntime, indexedDbCache, run, workers, type JobEvent, type Run } from 'somen/web';
import { publishedSums } from '../prime-sums.ts';
import { createWorker } from './create-worker.ts';
import { duration, element, runButton } from './page.ts';
import { primeSum, primeSumKernel } from './tasks.ts';
import { Timeline } from './timeline.ts';

const DATABASE = 'somen-demo';
const COUNT = publishedSums.length;
const FIGURES = ['together', 'alone', 'speed-up'] as const;

/** Fills its section of the page. */
export function showPrimes(): void {
  const section = element(document, '#primes', HTMLElement);
  const demo = new PrimesDemo(section);
  runButton(element(section, 'button.run', HTMLButtonElement), { start: () => demo.start(), stop: () => demo.stop() });
  element(section, 'button.forget', HTMLButtonElement).addEventListener('click', () => demo.forget());
}

class PrimesDemo {
  readonly #size = navigator.hardwareConcurrency;
  readonly #section: HTMLElement;
  readonly #output: HTMLOutputElement;
  readonly #timeline: Timeline;
  /** Whether the sums are computed by a WebAssembly kernel, and not in JavaScript. */
  readonly #compiled: HTMLInputElement;
  #runs: readonly Run<unknown>[] = [];

  constructor(section: HTMLElement) {
    const limits = publishedSums.map(({ n }) => n);
    this.#section = section;
    this.#output = element(section, 'output', HTMLOutputElement);
    this.#compiled = element(section, '#compiled', HTMLInputElement);
    this.#timeline = new Timeline(element(section, 'tbody', HTMLTableSectionElement), limits);
    this.#write('together-title', this.#size === 1 ? '1 worker' : `${this.#size} workers`);
  }

  async start(): Promise<void> {
    for (const figure of FIGURES) this.#write(figure, '');
    this.#output.textContent = 'Starting the workers ...';
    try {
      const { milliseconds, retrieved } = await this.#runTogether();
      if (retrieved === 0) await this.#compare(milliseconds);
      this.#output.textContent =
        retrieved === 0
          ? 'All done, and remembered'
          : `${retrieved} of ${COUNT} retrieved, in ${duration(milliseconds)}`;
    } catch (error) {
      this.#output.textContent = error instanceof DOMException ? 'Stopped. What is done is remembered' : String(error);
    }
  }

  get #task(): typeof primeSum {
    return this.#compiled.checked ? primeSumKernel : primeSum;
  }

  stop(): void {
    for (const each of this.#runs) each.abort();
  }

  /** Removes what is remembered. */
  forget(): void {
    this.stop();
    this.#timeline.clear();
    const request = indexedDB.deleteDatabase(DATABASE);
    request.addEventListener('success', () => (this.#output.textContent = 'Forgotten: the next run computes again'));
    request.addEventListener('error', () => (this.#output.textContent = `Cannot forget: ${String(request.error)}`));
  }

  /** Every sum is a run of its own in one runtime, so that each can be shown as soon as it is there. */
  async #runTogether(): Promise<{ milliseconds: number; retrieved: number }> {
    const executor = workers({ size: this.#size, create: createWorker });
    await using runtime = createRuntime({ executor, cache: indexedDbCache(DATABASE) });
    const called = Date.now();
    const runs = publishedSums.map(({ n }) => runtime.run(this.#task(n)));
    this.#runs = runs;
    this.#timeline.start();
    try {
      await Promise.all(runs.map((each, index) => this.#follow(each, index)));
    } finally {
      this.#timeline.end();
    }
    const retrieved = runs.reduce((total, { summary }) => total + summary.retrieved, 0);
    return { milliseconds: Date.now() - (this.#timeline.began ?? called), retrieved };
  }

  async #follow(sumRun: Run<number>, index: number): Promise<void> {
    void this.#timeline.watch(index, sumRun.events);
    this.#timeline.sum(index, await sumRun, publishedSums[index]?.sum);
    const done = this.#runs.filter(({ summary }) => summary.ran + summary.retrieved > 0).length;
    this.#output.textContent = `${done} of ${COUNT}`;
  }

  /** Lets one worker do the same, timed in the same way: from the first job on, when the workers have started. */
  async #compare(together: number): Promise<void> {
    this.#write('together', duration(together));
    const sums = publishedSums.map(({ n }) => this.#task(n));
    const single = run(sums, { executor: workers({ size: 1, create: createWorker }) });
    this.#runs = [single];
    const [began] = await Promise.all([this.#countDone(single.events), single]);
    const alone = Date.now() - began;
    this.#write('alone', duration(alone));
    this.#write('speed-up', `${(alone / together).toFixed(2)}×`);
  }

  /** Shows how far a run is. Resolves at its end, to the time when its first job started. */
  async #countDone(events: AsyncIterable<JobEvent>): Promise<number> {
    let began = Date.now();
    let done = 0;
    for await (const { type, time } of events) {
      if (type === 'started' && done === 0) began = time;
      if (type === 'done') done++;
      this.#output.textContent = `One worker, to compare: ${done} of ${COUNT}`;
    }
    return began;
  }

  #write(id: string, text: string): void {
    element(this.#section, `#${id}`, HTMLElement).textContent = text;
  }
}
