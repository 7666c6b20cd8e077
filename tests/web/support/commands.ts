/** The commands of `tests/support/browser-commands.ts`, as tests call them. */
import { commands as registered } from 'vitest/browser';

/** What Node does for a test. */
export interface Commands {
  /** A cache behind HTTP, which a second server gives out as a static host does. None where there is no nginx. */
  startCacheServer(): Promise<{ readonly readWrite: string; readonly readOnly: string } | undefined>;
  /** The built package, for pages of other origins. */
  startSite(): Promise<{ readonly url: string; readonly importMap: string }>;
  stopServer(url: string): Promise<void>;
  /** A process of Node runs the shared tasks with the cache at `url`. */
  computeInNode(
    url: string,
  ): Promise<{ readonly ran: number; readonly retrieved: number; readonly digests: readonly string[] }>;
}

/** The commands, typed. */
export const commands: Commands = registered as unknown as Commands;
