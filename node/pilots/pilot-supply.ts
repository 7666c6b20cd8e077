/** Where the workers of `pilots` come from: pilots that are launched when there is work, and end when there is none. */
import { WorkerLoadError } from '../../core/errors.ts';
import type {
  SpawnWorker,
  SuppliedPool,
  WorkerConnection,
  WorkerEvents,
  WorkerSupply,
} from '../../core/worker-ports.ts';
import type { SchedulerApi } from '../../core/worker-protocol.ts';
import type { RemotePilot } from '../pilot/remote-pilot.ts';
import { type PilotBounds, type PilotCounts, planPilots } from './block-plan.ts';
import type { LaunchedPilot } from './launched-pilot.ts';
import { WaitingNotice } from './waiting-notice.ts';
import { PilotFleet, type PilotFleetSettings } from './pilot-fleet.ts';

/** What a supply is made of. Times are in milliseconds. */
export interface PilotSupplySettings extends PilotBounds, PilotFleetSettings {
  /** How many workers a pilot has. @default each tells itself */
  readonly slots: number | undefined;
  /** How long a pilot that is not needed stays without work. */
  readonly idleTimeout: number;
}

const NO_HOMES: ReadonlySet<string> = new Set();
const NOTHING = { pending: 0, running: 0, leaving: 0, unneeded: 0, idle: 0 };

/** So many jobs are enough to tell how many pilots are wanted. */
const MOST_KNOWN = 100_000;
/** Pilots that wait in a queue are taken back when they were not needed for so long, in milliseconds. */
const UNNEEDED_TIME = 1000;
/** Timers do not go further, in milliseconds. */
const LONGEST_TIMER = 60_000;

/** See above. */
export class PilotSupply implements WorkerSupply {
  readonly isRemote = true;
  readonly #settings: PilotSupplySettings;
  readonly #fleet: PilotFleet;
  readonly #notice: WaitingNotice;
  #pool: SuppliedPool | undefined;
  #jobs = 0;
  /** Whether there was work since it was made or closed. */
  #isOpen = false;
  /** How many workers a pilot has, as far as that is known. */
  #slots: number | undefined;
  /** Since when there are more pilots than there is work for, while that is so. */
  #surplusSince: number | undefined;
  #isWoken = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Keeps the process alive while there are jobs. */
  #alive: ReturnType<typeof setInterval> | undefined;

  constructor(settings: PilotSupplySettings) {
    this.#settings = settings;
    this.#slots = settings.slots;
    this.#notice = new WaitingNotice(settings.launch.name, settings.connectTimeout);
    this.#fleet = new PilotFleet(settings, {
      ready: (pilot) => this.#ready(pilot),
      // Who waited for one of its kind waits for nothing now.
      gone: () => this.#pool?.supplied(),
      changed: () => this.#adjustSoon(),
    });
  }

  // ---- for the pool

  attach(pool: SuppliedPool): void {
    this.#pool = pool;
  }

  /** More than there will be where only some of the jobs get a slot: as many jobs have to be known to see how many that is. */
  get most(): number {
    const { max, parallelism } = this.#settings;
    const workers = max * (this.#slots ?? 1);
    return parallelism === 0 ? workers : Math.max(workers, Math.min(MOST_KNOWN, Math.ceil(workers / parallelism)));
  }

  get free(): number {
    let free = 0;
    for (const pilot of this.#fleet.pilots) free += pilot.free;
    return free;
  }

  readonly spawn = (name: string, scheduler: SchedulerApi, events: WorkerEvents): WorkerConnection => {
    const remote = this.#fullest(NO_HOMES);
    if (remote === undefined) throw new WorkerLoadError('Cannot start a worker: no pilot has room for one');
    return remote.spawn(name, scheduler, events);
  };

  spawnBeside(homes: ReadonlySet<string>): SpawnWorker | undefined {
    const remote = this.#fullest(homes);
    return remote && ((name, scheduler, events) => remote.spawn(name, scheduler, events));
  }

  get isGrowing(): boolean {
    return this.#pendingOnes().length > 0;
  }

  /** The fullest pilot that has room and is none of these, so that others can end when there is less to do. */
  #fullest(but: ReadonlySet<string>): RemotePilot | undefined {
    let chosen: LaunchedPilot | undefined;
    for (const pilot of this.#fleet.pilots)
      if (pilot.free > 0 && !but.has(pilot.remote?.name ?? '') && (chosen === undefined || pilot.free < chosen.free))
        chosen = pilot;
    return chosen?.remote;
  }

  demand(jobs: number): void {
    if (jobs > 0 && this.#jobs === 0) this.#fleet.failures.allowOne();
    const wanted = this.#wanted;
    this.#jobs = jobs;
    if (jobs > 0) this.#isOpen = true;
    if (jobs > 0) this.#alive ??= setInterval(() => undefined, 2 ** 30);
    else {
      clearInterval(this.#alive);
      this.#alive = undefined;
    }
    if (this.#wanted !== wanted || jobs === 0 || this.#fleet.pilots.size === 0) this.#adjustSoon();
  }

  /** How many pilots there should be. */
  get #wanted(): number {
    if (!this.#isOpen) return 0;
    return planPilots(this.#settings, { ...NOTHING, jobs: this.#jobs, slots: this.#slots ?? 1 }).wanted;
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    clearTimeout(this.#timer);
    this.#notice.look(performance.now(), [], false);
    // All that could keep the process from ending meanwhile has been told not to.
    const alive = setInterval(() => undefined, 2 ** 30);
    await this.#fleet.dismissAll();
    clearInterval(alive);
  }

  #ready({ slots }: RemotePilot): void {
    // What pilots have said counts for those that come.
    if (this.#settings.slots === undefined) this.#slots = Math.max(this.#slots ?? 1, slots);
    this.#pool?.supplied();
  }

  // ---- how many there should be

  /** Once for all that happens in this turn of the event loop. */
  #adjustSoon(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    setImmediate(() => {
      this.#isWoken = false;
      this.#adjust();
    });
  }

  #adjust(): void {
    if (!this.#isOpen) return;
    const fleet = this.#fleet;
    const { reason, retryAt } = fleet.failures;
    if (reason !== undefined && this.#jobs > 0 && fleet.pilots.size === 0) return this.#pool?.unavailable(reason);
    // One time for all: what is not due by it is due later.
    const now = performance.now();
    const counts = this.#count(now);
    const plan = planPilots(this.#settings, counts);
    this.#noteSurplus(now, counts.pending + counts.running > plan.wanted);
    const submit = this.#slots === undefined ? this.#cautiously(plan.submit, counts) : plan.submit;
    if (submit > 0 && reason === undefined && retryAt <= now) void fleet.submit(submit);
    if (plan.cancel > 0) void fleet.takeBack(this.#pendingOnes().slice(0, plan.cancel));
    for (const pilot of this.#idleOnes(now).slice(0, plan.retire)) fleet.retire(pilot);
    fleet.watch.look(now);
    const notice = this.#notice.look(now, fleet.pilots, this.#jobs > 0);
    if (notice !== undefined) this.#pool?.notice(notice.level, notice.text);
    this.#setTimer(now, plan.submit > 0 ? retryAt : Infinity);
  }

  #count(now: number): PilotCounts {
    let [pending, running, leaving] = [0, 0, 0];
    for (const pilot of this.#fleet.pilots) {
      if (pilot.isPending) pending++;
      else if (pilot.state === 'ready') running++;
      else leaving++;
    }
    return {
      jobs: this.#jobs,
      slots: this.#slots ?? 1,
      pending,
      running,
      leaving,
      unneeded: this.#unneededAt <= now ? pending : 0,
      idle: this.#idleOnes(now).length,
    };
  }

  /** Until one pilot has said how many workers it has, others may be too many. */
  #cautiously(submit: number, { pending, running }: PilotCounts): number {
    return Math.min(submit, Math.max(1, this.#settings.min) - pending - running);
  }

  #noteSurplus(now: number, isThere: boolean): void {
    if (!isThere) this.#surplusSince = undefined;
    else this.#surplusSince ??= now;
  }

  /** When those that are pending will not have been needed for long enough. */
  get #unneededAt(): number {
    return (this.#surplusSince ?? Infinity) + UNNEEDED_TIME;
  }

  /** Those that have not begun come first, and of them the last. */
  #pendingOnes(): LaunchedPilot[] {
    const waiting = [...this.#fleet.pilots].filter((pilot) => pilot.isPending).reverse();
    return waiting.sort((a, b) => Number(a.state === 'starting') - Number(b.state === 'starting'));
  }

  #idleOnes(now: number): LaunchedPilot[] {
    return [...this.#fleet.pilots].filter((pilot) => this.#idleAt(pilot) <= now);
  }

  /** When a pilot will have been idle for long enough. */
  #idleAt({ state, idleSince = Infinity }: LaunchedPilot): number {
    return state === 'ready' ? idleSince + this.#settings.idleTimeout : Infinity;
  }

  /** Looks again when the next thing is due. */
  #setTimer(now: number, retryAt: number): void {
    clearTimeout(this.#timer);
    const due = [retryAt, this.#fleet.watch.nextLook, this.#notice.dueAt, this.#unneededAt];
    if (this.#surplusSince !== undefined) for (const pilot of this.#fleet.pilots) due.push(this.#idleAt(pilot));
    const next = Math.min(...due.filter((time) => time > now));
    if (next === Infinity) return;
    this.#timer = setTimeout(() => this.#adjust(), Math.min(next - now, LONGEST_TIMER) + 1);
    this.#timer.unref();
  }
}
