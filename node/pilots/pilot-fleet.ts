/** The pilots of a supply: getting them, hearing of them, and losing them. How many there should be, it does not know. */
import { WorkerLoadError } from '../../core/errors.ts';
import { RemotePilot, type RemotePilotOptions } from '../pilot/remote-pilot.ts';
import type { PilotStream } from '../pilot/stream-connection.ts';
import { ExitGuard } from './exit-guard.ts';
import { Failures } from './failures.ts';
import { LaunchedPilot } from './launched-pilot.ts';
import type { Launcher, SubmittedPilot } from './launcher.ts';
import { type ListenOptions, PilotListener } from './pilot-listener.ts';
import { PilotTokens } from './pilot-tokens.ts';
import { Watch } from './watch.ts';

/** How pilots are got. Times are in milliseconds. */
export interface PilotFleetSettings {
  readonly launch: Launcher;
  /** How long a pilot that runs may take to connect. */
  readonly connectTimeout: number;
  readonly listen: ListenOptions;
  /** What pilots are started with, beside where to connect to. */
  readonly args: readonly string[];
  /** What they are told. It may take some time to know that. */
  readonly remote: () => Promise<RemotePilotOptions>;
}

/** What a fleet tells. */
export interface PilotFleetEvents {
  /** A pilot is there, and takes workers. */
  readonly ready: (pilot: RemotePilot) => void;
  /** A pilot is gone, or will not come. */
  readonly gone: () => void;
  /** Anything that matters for how many there should be. */
  readonly changed: () => void;
}

/** See above. */
export class PilotFleet {
  readonly pilots: Set<LaunchedPilot> = new Set();
  readonly failures: Failures = new Failures();
  readonly watch: Watch;
  readonly #settings: PilotFleetSettings;
  readonly #events: PilotFleetEvents;
  /** A process that ends leaves no pilots behind that have not connected. The others end with their connections. */
  readonly #guard = new ExitGuard(() => this.#takeBackAll());
  readonly #tokens = new PilotTokens<LaunchedPilot>();
  #listener: PilotListener | undefined;
  #remote: Promise<RemotePilotOptions> | undefined;

  constructor(settings: PilotFleetSettings, events: PilotFleetEvents) {
    this.#settings = settings;
    this.#events = events;
    this.watch = new Watch(settings.launch, {
      pilots: this.pilots,
      connectTimeout: settings.connectTimeout,
      failed: (pilot, error) => this.#failed(pilot, error),
      looked: () => this.#events.changed(),
    });
  }

  // ---- getting them

  /** Asks for pilots. What comes of it, the events say. */
  async submit(count: number): Promise<void> {
    const pilots = Array.from({ length: count }, () => new LaunchedPilot());
    for (const pilot of pilots) this.pilots.add(pilot);
    try {
      const remote = await this.#remoteOptions();
      if (wanted(pilots).length > 0) await this.#launch(pilots, await this.#connectArguments(remote), remote);
    } catch (error) {
      // Nobody waits for those that were taken back meanwhile.
      if (wanted(pilots).length > 0) this.failures.note(this.#errorOf(error), pilots);
      for (const pilot of pilots) this.#remove(pilot);
    }
    this.#events.changed();
  }

  async #launch(
    submission: readonly LaunchedPilot[],
    connect: readonly string[],
    remote: RemotePilotOptions,
  ): Promise<void> {
    const { launch, args } = this.#settings;
    const pilots = wanted(submission);
    for (const pilot of pilots) pilot.submission = submission;
    this.#guard.arm(true);
    const command = { args: [...connect, ...args], tokens: this.#issueTokens(pilots) };
    const submitted = await launch.submit(pilots.length, command);
    if (submitted.length !== pilots.length)
      throw new WorkerLoadError(`its launcher gave ${submitted.length} pilots in place of ${pilots.length}`);
    pilots.forEach((pilot, index) => this.#submitted(pilot, submitted[index] as SubmittedPilot, remote));
    this.watch.lookSoon();
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
      return void this.#cancel([id]);
    }
    if (pilot.state === 'asked') pilot.become('pending');
    if (this.#settings.launch.connects === 'back') return;
    if (stream === undefined) throw new WorkerLoadError(`its launcher gave no stream for pilot ${id}`);
    pilot.become('starting');
    this.#meet(pilot, new RemotePilot(stream, { ...remote, explain: (reason) => this.#explained(id, reason) }));
  }

  /** Somebody has connected. Resolves to whether it is one of the pilots. */
  async #connected(stream: PilotStream, remote: RemotePilotOptions): Promise<boolean> {
    let pilot: LaunchedPilot | undefined;
    const authorize = (token: string | undefined): boolean => {
      pilot = this.#tokens.redeem(token);
      if (pilot !== undefined) this.#meet(pilot, there);
      return pilot !== undefined;
    };
    const explain = (reason: string): Promise<string> => this.#explained(pilot?.id, reason);
    const there = new RemotePilot(stream, { ...remote, explain, authorize });
    await there.ready.catch(() => undefined);
    return pilot !== undefined;
  }

  /** What a pilot that has ended wrote says more than that its stream has ended. */
  async #explained(id: string | undefined, reason: string): Promise<string> {
    const { launch } = this.#settings;
    // One that does not answer, or was refused, has ended for that reason.
    if (id === undefined || !/the stream/.test(reason)) return reason;
    const more = await launch.explain?.(id).catch(() => undefined);
    if (more === undefined) return reason;
    return launch.connects === 'stream' ? more : `${reason}. It ${more}`;
  }

  #meet(pilot: LaunchedPilot, remote: RemotePilot): void {
    pilot.remote = remote;
    remote.onEnd = (reason) => this.#ended(pilot, reason);
    remote.onDraining = () => {
      if (pilot.state === 'ready') pilot.become('leaving');
      this.#events.changed();
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
    this.#guardPending();
    this.failures.cameUp();
    this.#events.ready(remote);
    this.#events.changed();
  }

  #worked(pilot: LaunchedPilot, isAtWork: boolean): void {
    pilot.idleSince = isAtWork ? undefined : performance.now();
    if (!isAtWork && pilot.state !== 'ended' && pilot.remote?.hasEnded === false) {
      pilot.hasWorked = true;
      this.failures.worked();
    }
    this.#events.changed();
  }

  // ---- losing them

  /** Gives a pilot no more jobs: it ends when it has done those that it has. */
  retire(pilot: LaunchedPilot): void {
    pilot.become('leaving');
    pilot.remote?.retire();
  }

  /** Takes back pilots that are not there yet. */
  async takeBack(pilots: readonly LaunchedPilot[]): Promise<void> {
    for (const pilot of pilots) {
      this.#remove(pilot);
      pilot.remote?.destroy('was not needed any more');
    }
    await this.#cancel(pilots.flatMap(({ id }) => id ?? []));
  }

  /** Ends all of them, whatever they do, and waits for that. */
  async dismissAll(): Promise<void> {
    const pilots = [...this.pilots];
    const ends = [
      this.takeBack(pilots.filter(({ isPending }) => isPending)),
      ...pilots.map((pilot) => this.#dismiss(pilot)),
    ];
    this.#listener?.close();
    this.#listener = undefined;
    this.#remote = undefined;
    await Promise.all(ends);
  }

  /** Ends a pilot that is there. */
  async #dismiss(pilot: LaunchedPilot): Promise<void> {
    const { remote, state } = pilot;
    if (state === 'ended' || remote === undefined) return;
    pilot.become('leaving');
    const ended = new Promise<void>((resolve) => {
      remote.onEnd = (reason) => {
        this.#ended(pilot, reason);
        resolve();
      };
    });
    remote.close();
    await ended;
    // Its process may take a moment more than its connection.
    if (pilot.id !== undefined && this.#settings.launch.connects === 'stream') await this.#cancel([pilot.id]);
  }

  async #cancel(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#settings.launch.cancel(ids).catch(() => undefined);
  }

  #remove(pilot: LaunchedPilot): void {
    if (pilot.state === 'ended') return;
    pilot.become('ended');
    if (pilot.token !== undefined) this.#tokens.revoke(pilot.token);
    this.pilots.delete(pilot);
    this.#guardPending();
    this.#events.changed();
    this.#events.gone();
  }

  #guardPending(): void {
    this.#guard.arm([...this.pilots].some(({ isPending }) => isPending));
  }

  /** What ends a process waits for nothing: the command that takes pilots back goes on by itself. */
  #takeBackAll(): void {
    void this.#cancel([...this.pilots].flatMap(({ isPending, id }) => (isPending && id !== undefined ? [id] : [])));
  }

  /** The connection to a pilot is over. */
  #ended(pilot: LaunchedPilot, reason: string): void {
    const { state, id } = pilot;
    if (state === 'ended') return;
    if (state === 'leaving') {
      this.#remove(pilot);
      if (id !== undefined) this.#settings.launch.forget?.([id]);
      return;
    }
    const error = new Error(`pilot ${id ?? ''} ${reason}`);
    if (state !== 'ready') return this.#failed(pilot, error);
    if (!pilot.hasWorked) this.failures.noteLoss(this.#errorOf(error));
    this.#remove(pilot);
    // It may be stuck, and its place taken until somebody ends it.
    if (id !== undefined) void this.#cancel([id]);
  }

  /** A pilot did not come up. */
  #failed(pilot: LaunchedPilot, error: Error): void {
    this.failures.note(this.#errorOf(error), pilot.submission);
    void this.takeBack([pilot]);
  }

  #errorOf(error: unknown): WorkerLoadError {
    const reason = error instanceof Error ? error.message : String(error);
    return new WorkerLoadError(`Cannot get pilots by ${this.#settings.launch.name}: ${reason}`, { cause: error });
  }
}

/** Those that were not taken back. */
function wanted(pilots: readonly LaunchedPilot[]): LaunchedPilot[] {
  return pilots.filter(({ state }) => state !== 'ended');
}
