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
import { RemotePilot, type RemotePilotOptions } from '../pilot/remote-pilot.ts';
import type { PilotStream } from '../pilot/stream-connection.ts';
import { type PilotBounds, type PilotCounts, planPilots } from './block-plan.ts';
import { Failures } from './failures.ts';
import { LaunchedPilot } from './launched-pilot.ts';
import type { Launcher, SubmittedPilot } from './launcher.ts';
import { type ListenOptions, PilotListener } from './pilot-listener.ts';
import { PilotTokens } from './pilot-tokens.ts';
import { Watch } from './watch.ts';

/** What a supply is made of. Times are in milliseconds. */
export interface PilotSupplySettings extends PilotBounds {
  readonly launch: Launcher;
  /** How many workers a pilot has. @default each tells itself */
  readonly slots: number | undefined;
  readonly idleTimeout: number;
  /** How long a pilot that runs may take to connect. */
  readonly connectTimeout: number;
  readonly listen: ListenOptions;
  /** What pilots are started with, beside where to connect to. */
  readonly args: readonly string[];
  /** What they are told. It may take some time to know that. */
  readonly remote: () => Promise<RemotePilotOptions>;
}

const NO_HOMES: ReadonlySet<string> = new Set();
const NOTHING = { pending: 0, running: 0, leaving: 0, unneeded: 0, idle: 0 };

/** So many jobs are enough to tell how many pilots are wanted. */
const MOST_KNOWN = 100_000;
/** Pilots that wait in a queue are taken back when they were not needed for so long, in milliseconds. */
const UNNEEDED_TIME = 1000;

/** See above. */
export class PilotSupply implements WorkerSupply {
  readonly isRemote = true;
  readonly #settings: PilotSupplySettings;
  readonly #pilots = new Set<LaunchedPilot>();
  readonly #tokens = new PilotTokens<LaunchedPilot>();
  readonly #failures = new Failures();
  readonly #watch: Watch;
  #pool: SuppliedPool | undefined;
  #listener: PilotListener | undefined;
  #remote: Promise<RemotePilotOptions> | undefined;
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
    this.#watch = new Watch(settings.launch, {
      pilots: this.#pilots,
      connectTimeout: settings.connectTimeout,
      failed: (pilot, error) => this.#failed(pilot, error),
      looked: () => this.#adjustSoon(),
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
    for (const pilot of this.#pilots) free += pilot.free;
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
    for (const pilot of this.#pilots)
      if (pilot.free > 0 && !but.has(pilot.remote?.name ?? '') && (chosen === undefined || pilot.free < chosen.free))
        chosen = pilot;
    return chosen?.remote;
  }

  demand(jobs: number): void {
    if (jobs > 0 && this.#jobs === 0) this.#failures.allowOne();
    const wanted = this.#wanted;
    this.#jobs = jobs;
    if (jobs > 0) this.#isOpen = true;
    if (jobs > 0) this.#alive ??= setInterval(() => undefined, 2 ** 30);
    else {
      clearInterval(this.#alive);
      this.#alive = undefined;
    }
    if (this.#wanted !== wanted || jobs === 0 || this.#pilots.size === 0) this.#adjustSoon();
  }

  /** How many pilots there should be. */
  get #wanted(): number {
    return this.#isOpen
      ? planPilots(this.#settings, { ...NOTHING, jobs: this.#jobs, slots: this.#slots ?? 1 }).wanted
      : 0;
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    clearTimeout(this.#timer);
    const pilots = [...this.#pilots];
    const ends = pilots.map((pilot) => this.#dismiss(pilot));
    this.#listener?.close();
    this.#listener = undefined;
    this.#remote = undefined;
    // All that could keep the process from ending meanwhile has been told not to.
    const alive = setInterval(() => undefined, 2 ** 30);
    await Promise.all(ends);
    clearInterval(alive);
  }

  /** Ends a pilot, whatever it does, and waits for that. */
  async #dismiss(pilot: LaunchedPilot): Promise<void> {
    const { remote } = pilot;
    if (pilot.isPending || remote === undefined) return this.#takeBack(pilot);
    pilot.become('leaving');
    const ended = new Promise<void>((resolve) => {
      const before = remote.onEnd;
      remote.onEnd = (reason) => {
        before(reason);
        resolve();
      };
    });
    remote.close();
    await ended;
    // Its process may take a moment more than its connection.
    if (pilot.id !== undefined && this.#settings.launch.connects === 'stream') await this.#cancel(pilot.id);
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
    const { reason, retryAt } = this.#failures;
    if (reason !== undefined && this.#jobs > 0 && this.#pilots.size === 0) return this.#pool?.unavailable(reason);
    const counts = this.#count();
    const plan = planPilots(this.#settings, counts);
    this.#noteSurplus(counts.pending + counts.running > plan.wanted);
    const submit = this.#slots === undefined ? this.#cautiously(plan.submit, counts) : plan.submit;
    if (submit > 0 && reason === undefined && performance.now() >= retryAt) void this.#submit(submit);
    for (const pilot of this.#pendingOnes().slice(0, plan.cancel)) void this.#takeBack(pilot);
    for (const pilot of this.#idleOnes().slice(0, plan.retire)) this.#retire(pilot);
    this.#watch.look();
    this.#setTimer(plan.submit > 0 ? retryAt : undefined);
  }

  #count(): PilotCounts {
    let [pending, running, leaving] = [0, 0, 0];
    for (const pilot of this.#pilots) {
      if (pilot.isPending) pending++;
      else if (pilot.state === 'ready') running++;
      else leaving++;
    }
    const isSettled = this.#surplusSince !== undefined && performance.now() - this.#surplusSince >= UNNEEDED_TIME;
    return {
      jobs: this.#jobs,
      slots: this.#slots ?? 1,
      pending,
      running,
      leaving,
      unneeded: isSettled ? pending : 0,
      idle: this.#idleOnes().length,
    };
  }

  /** Until one pilot has said how many workers it has, others may be too many. */
  #cautiously(submit: number, { pending, running }: PilotCounts): number {
    return Math.min(submit, Math.max(1, this.#settings.min) - pending - running);
  }

  #noteSurplus(isThere: boolean): void {
    if (!isThere) this.#surplusSince = undefined;
    else this.#surplusSince ??= performance.now();
  }

  /** Those that have not begun come first, and of them the last. */
  #pendingOnes(): LaunchedPilot[] {
    const waiting = [...this.#pilots].filter((pilot) => pilot.isPending).reverse();
    return waiting.sort((a, b) => Number(a.state === 'starting') - Number(b.state === 'starting'));
  }

  #idleOnes(): LaunchedPilot[] {
    const latest = performance.now() - this.#settings.idleTimeout;
    return [...this.#pilots].filter(
      ({ state, idleSince }) => state === 'ready' && idleSince !== undefined && idleSince <= latest,
    );
  }

  /** Looks again when the next thing is due. */
  #setTimer(retryAt: number | undefined): void {
    clearTimeout(this.#timer);
    const due = [retryAt ?? Infinity, this.#watch.nextLook];
    if (this.#surplusSince !== undefined) {
      due.push(this.#surplusSince + UNNEEDED_TIME);
      for (const { state, idleSince } of this.#pilots)
        if (state === 'ready' && idleSince !== undefined) due.push(idleSince + this.#settings.idleTimeout);
    }
    const now = performance.now();
    const next = Math.min(...due.filter((time) => time > now));
    if (next === Infinity) return;
    this.#timer = setTimeout(() => this.#adjust(), Math.min(next - now, 60_000) + 1);
    this.#timer.unref();
  }

  // ---- getting them

  async #submit(count: number): Promise<void> {
    const pilots = Array.from({ length: count }, () => new LaunchedPilot());
    for (const pilot of pilots) this.#pilots.add(pilot);
    try {
      const remote = await this.#remoteOptions();
      const connect = this.#isOpen ? await this.#connectArguments(remote) : [];
      const asked = pilots.filter(({ state }) => state === 'asked');
      if (asked.length > 0) await this.#launch(asked, [...connect, ...this.#settings.args], remote);
    } catch (error) {
      // Nobody waits for those that were taken back meanwhile.
      if (pilots.some(({ state }) => state !== 'ended')) this.#failures.note(this.#errorOf(error));
      for (const pilot of pilots) this.#remove(pilot);
    }
    this.#adjustSoon();
  }

  async #launch(pilots: readonly LaunchedPilot[], args: readonly string[], remote: RemotePilotOptions): Promise<void> {
    const { launch } = this.#settings;
    if (launch.connects === 'back') process.off('exit', this.#takeBackAll).on('exit', this.#takeBackAll);
    const submitted = await launch.submit(pilots.length, { args, tokens: this.#issueTokens(pilots) });
    if (submitted.length !== pilots.length)
      throw new WorkerLoadError(`its launcher gave ${submitted.length} pilots in place of ${pilots.length}`);
    pilots.forEach((pilot, index) => this.#submitted(pilot, submitted[index] as SubmittedPilot, remote));
    this.#watch.lookSoon();
  }

  #remoteOptions(): Promise<RemotePilotOptions> {
    this.#remote ??= this.#settings.remote();
    // What could not be had is asked for again.
    this.#remote.catch(() => (this.#remote = undefined));
    return this.#remote;
  }

  async #connectArguments(remote: RemotePilotOptions): Promise<readonly string[]> {
    if (this.#settings.launch.connects === 'stream') return [];
    this.#listener ??= new PilotListener(this.#settings.listen, {
      tokenNamed: (name) => this.#tokens.named(name),
      expected: () => this.#tokens.size,
      connected: (stream) => this.#connected(stream, remote),
    });
    try {
      return await this.#listener.arguments();
    } catch (error) {
      this.#listener = undefined;
      throw error;
    }
  }

  #issueTokens(pilots: readonly LaunchedPilot[]): readonly string[] {
    if (this.#settings.launch.connects === 'stream') return [];
    return pilots.map((pilot) => (pilot.token = this.#tokens.issue(pilot)));
  }

  /** The launcher has said what it is called. It may be there already, or not be wanted any more. */
  #submitted(pilot: LaunchedPilot, { id, stream }: SubmittedPilot, remote: RemotePilotOptions): void {
    pilot.id = id;
    if (pilot.state === 'ended') {
      stream?.destroy();
      return void this.#cancel(id);
    }
    if (pilot.state === 'asked') pilot.become('pending');
    if (this.#settings.launch.connects === 'back') return;
    if (stream === undefined) throw new WorkerLoadError(`its launcher gave no stream for pilot ${id}`);
    pilot.become('starting');
    this.#meet(pilot, new RemotePilot(stream, { ...remote, ...this.#explaining(() => id) }));
  }

  /** Somebody has connected. Resolves to whether it is one of the pilots. */
  async #connected(stream: PilotStream, remote: RemotePilotOptions): Promise<boolean> {
    let pilot: LaunchedPilot | undefined;
    const authorize = (token: string | undefined): boolean => {
      pilot = this.#tokens.redeem(token);
      if (pilot !== undefined) this.#meet(pilot, there);
      return pilot !== undefined;
    };
    const there = new RemotePilot(stream, { ...remote, ...this.#explaining(() => pilot?.id), authorize });
    await there.ready.catch(() => undefined);
    return pilot !== undefined;
  }

  /** What a pilot that has ended wrote says more than that its stream has ended. */
  #explaining(idOf: () => string | undefined): Pick<RemotePilotOptions, 'explain'> {
    const { launch } = this.#settings;
    return {
      explain: async (reason) => {
        const id = idOf();
        // One that does not answer, or was refused, has ended for that reason.
        if (id === undefined || !/the stream/.test(reason)) return reason;
        const more = await launch.explain?.(id).catch(() => undefined);
        return more === undefined ? reason : more;
      },
    };
  }

  #meet(pilot: LaunchedPilot, remote: RemotePilot): void {
    pilot.remote = remote;
    remote.onEnd = (reason) => this.#ended(pilot, reason);
    remote.onDraining = () => {
      if (pilot.state === 'ready') pilot.become('leaving');
      this.#adjustSoon();
    };
    remote.onWork = (isAtWork) => this.#worked(pilot, isAtWork);
    remote.ready.then(
      () => this.#ready(pilot),
      () => undefined,
    );
  }

  #ready(pilot: LaunchedPilot): void {
    const { remote } = pilot;
    if (!pilot.isPending || remote === undefined) return;
    pilot.become(remote.isDraining ? 'leaving' : 'ready');
    pilot.idleSince = performance.now();
    this.#failures.cameUp();
    // What pilots have said counts for those that come.
    if (this.#settings.slots === undefined) this.#slots = Math.max(this.#slots ?? 1, remote.slots);
    this.#pool?.supplied();
    this.#adjustSoon();
  }

  #worked(pilot: LaunchedPilot, isAtWork: boolean): void {
    pilot.idleSince = isAtWork ? undefined : performance.now();
    if (!isAtWork && pilot.state !== 'ended' && pilot.remote?.hasEnded === false) {
      pilot.hasWorked = true;
      this.#failures.worked();
    }
    this.#adjustSoon();
  }

  // ---- losing them

  #retire(pilot: LaunchedPilot): void {
    pilot.become('leaving');
    pilot.remote?.retire();
  }

  /** Takes back a pilot that is not there yet. */
  async #takeBack(pilot: LaunchedPilot): Promise<void> {
    this.#remove(pilot);
    pilot.remote?.destroy('was not needed any more');
    if (pilot.id !== undefined) await this.#cancel(pilot.id);
  }

  async #cancel(id: string): Promise<void> {
    await this.#settings.launch.cancel([id]).catch(() => undefined);
  }

  #remove(pilot: LaunchedPilot): void {
    pilot.become('ended');
    if (pilot.token !== undefined) this.#tokens.revoke(pilot.token);
    this.#pilots.delete(pilot);
    if (this.#pilots.size === 0) process.off('exit', this.#takeBackAll);
    this.#adjustSoon();
    // Who waited for one of its kind waits for nothing now.
    this.#pool?.supplied();
  }

  /** A process that ends leaves nothing in a queue. Pilots that have connected end with their connections. */
  readonly #takeBackAll = (): void => {
    const ids = [...this.#pilots].flatMap(({ isPending, id }) => (isPending && id !== undefined ? [id] : []));
    // What ends a process waits for nothing: the command that takes them back goes on by itself.
    if (ids.length > 0) this.#settings.launch.cancel(ids).catch(() => undefined);
  };

  /** The connection to a pilot is over. */
  #ended(pilot: LaunchedPilot, reason: string): void {
    const { state, id } = pilot;
    if (state === 'ended') return;
    if (state === 'leaving') {
      this.#remove(pilot);
      if (id !== undefined) this.#settings.launch.forget?.([id]);
      return;
    }
    const error = this.#errorOf(new Error(`pilot ${id ?? ''} ${reason}`));
    if (state !== 'ready') return this.#failed(pilot, error);
    if (!pilot.hasWorked) this.#failures.noteLoss(error);
    this.#remove(pilot);
    // It may be stuck, and its place taken until somebody ends it.
    if (id !== undefined) void this.#cancel(id);
  }

  /** A pilot did not come up. */
  #failed(pilot: LaunchedPilot, error: Error): void {
    this.#failures.note(this.#errorOf(error));
    void this.#takeBack(pilot);
  }

  #errorOf(error: unknown): WorkerLoadError {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof WorkerLoadError && reason.startsWith('Cannot get pilots')) return error;
    return new WorkerLoadError(`Cannot get pilots by ${this.#settings.launch.name}: ${reason}`, { cause: error });
  }
}
