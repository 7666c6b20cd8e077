/**
 * JSON for people: what JSON knows stays as it is, anything else is an object that names its type:
 * `{ "_somen": "1", "type": "Set", "data": [1, 2, 3] }`. Nothing is lost on the way there and back. (Seed 000, `to_json`.)
 */
import type { Handling } from './serializer.ts';

/** The format's version, by which typed values are known. */
export const VERSION = '1';
/** The member that holds it. */
export const MARK = '_somen';

/** A value that JSON does not know. */
export interface TypedJson extends Handling {
  readonly [MARK]: typeof VERSION;
  readonly type: string;
  /** Of an instance, its class. */
  readonly class?: string;
  /** Of shared values, their number. */
  readonly id?: number;
  readonly data?: unknown;
}
