/** A function that is no module's, as data that structured clone carries: an export of a WebAssembly module. */
export interface CarriedFunction {
  /** The compiled module: threads share its code. */
  readonly module: object;
}
