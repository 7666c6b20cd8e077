/**
 * The few globals that core uses and that every runtime shares (WinterTC Minimum Common API). Declared here, and
 * not taken from a DOM or Node library, so that anything else is a compile error.
 */

interface SharedConsole {
  log(...values: unknown[]): void;
  info(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
  debug(...values: unknown[]): void;
}
declare const console: SharedConsole;
declare const performance: { now(): number; readonly timeOrigin: number };
declare function setTimeout(callback: () => void, milliseconds?: number): unknown;
declare function clearTimeout(timer: unknown): void;
declare function queueMicrotask(callback: () => void): void;

interface TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
  encodeInto(text: string, target: Uint8Array): { read: number; written: number };
}
declare const TextEncoder: new () => TextEncoder;
interface TextDecoder {
  decode(bytes: Uint8Array): string;
}
declare const TextDecoder: new (label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }) => TextDecoder;

interface URL {
  readonly href: string;
  readonly host: string;
  readonly username: string;
  readonly password: string;
  readonly protocol: string;
  readonly pathname: string;
}
declare const URL: { new (url: string, base?: string): URL; prototype: URL };

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
interface DOMException extends Error {
  readonly code: number;
}
declare const DOMException: new (message?: string, name?: string) => DOMException;

interface ErrorConstructor {
  stackTraceLimit?: number;
  captureStackTrace?(target: object, constructor?: unknown): void;
}
declare function structuredClone<T>(value: T): T;
interface SharedMessagePort {
  onmessage: (() => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}
declare const MessageChannel: new () => { readonly port1: SharedMessagePort; readonly port2: SharedMessagePort };

/** What of WebAssembly is used: modules that users bring. */
declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]?: string;
  }
  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  const Module: {
    new (bytes: Uint8Array | ArrayBuffer): Module;
    exports(module: Module): { readonly name: string; readonly kind: string }[];
    imports(module: Module): { readonly module: string; readonly name: string; readonly kind: string }[];
  };
  const Instance: new (
    module: Module,
    imports?: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => Instance;
}

declare const AbortSignal: { timeout(milliseconds: number): AbortSignal };

/** An answer to {@link fetch}. */
interface Response {
  readonly ok: boolean;
  readonly status: number;
  arrayBuffer(): Promise<ArrayBuffer>;
}
declare function fetch(
  url: string,
  options: { method: string; headers: Record<string, string>; signal: AbortSignal; body?: Uint8Array },
): Promise<Response>;

declare function atob(text: string): string;
declare function btoa(characters: string): string;
