/** Where a function that was wrapped by `maybe` keeps the name by which its failures call it. */
export const LABEL: unique symbol = Symbol.for('somen.maybe/1') as never;

/** That name: the task's, once it is scheduled. */
export interface MaybeLabel {
  name: string;
}
