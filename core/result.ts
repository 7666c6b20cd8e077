import { SomenError } from './errors.ts';
import type { Promised } from './promised.ts';
import { realm } from './realm.ts';
import { nodeOf, type WorkflowNode } from './workflow.ts';

/** Remembers the result of a node as long as the node is there. */
export function keepResult(node: WorkflowNode, value: unknown): void {
  (realm().results ??= new WeakMap()).set(node, value);
}

/**
 * What a promise gave in the last run that kept its result: for debugging. Kept are the results of the promises that
 * were run themselves, and with `run(p, { keepResults: true })` those of all promises in the workflow.
 *
 * @example
 * const sum = add(1, 2);
 * await run(mul(sum, 2), { keepResults: true });
 * result(sum); // 3
 *
 * @throws TypeError for anything but a promised value
 * @throws SomenError with code `ERR_NO_RESULT` where no run has kept one
 */
export function result<T>(promised: Promised<T>): T {
  const node = nodeOf(promised);
  if (node === undefined) throw new TypeError('Cannot tell the result: only a promised value has one');
  const { results } = realm();
  if (results?.has(node) !== true)
    throw new SomenError(
      'ERR_NO_RESULT',
      `Cannot tell the result of '${node.task.name}': no run has kept it. Run its workflow with run(p, { keepResults: true })`,
    );
  return results.get(node) as T;
}
