/**
 * The few globals, shared by browsers and Node, that the library's compiler options leave out. They serve to compile
 * this layer only and do not reach its declarations.
 */

declare namespace WebAssembly {
  type Exports = Readonly<Record<string, unknown>>;
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module);
    readonly exports: Exports;
  }
  function validate(bytes: Uint8Array): boolean;
}

interface Uint8ArrayConstructor {
  /** Missing before Node 25 and the browsers of 2025. */
  fromBase64?(text: string): Uint8Array;
}

declare function atob(text: string): string;
