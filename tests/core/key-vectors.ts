/**
 * Golden vectors of the keys that `core/README.md` specifies: calls of the task `vectors/add`. What is hashed was
 * written by hand, the keys computed from it by `node:crypto`.
 */
import { gather, schedule, type Scheduled } from 'somen';

/** A call, its key, and what the key is the SHA-256 of, where that is short. */
export interface KeyVector {
  readonly name: string;
  readonly call: () => unknown;
  readonly key: string;
  readonly hashed?: string;
  /** Whether a version in it is the hash of a function’s text, as where nobody knows more of its code. */
  readonly ofText?: boolean;
}

/** The task of the keys. */
export const add: Scheduled<(...values: unknown[]) => unknown[]> = schedule((...values: unknown[]) => values, {
  name: 'vectors/add',
  version: '1',
});
// What compiles this file may write the function's text differently, so it is told.
const identity = Object.assign((value: unknown) => value, { toString: () => '(a) => a' });
const unversioned = schedule(identity, { name: 'vectors/unversioned' });

export const KEYS: readonly KeyVector[] = [
  {
    name: 'no arguments',
    call: () => add(),
    key: '1e9d09d49980d39c740d958e15e4668b4a2d70ff4275b25c8317d665d1257c62',
    hashed: '8467736f6d656e2f316b766563746f72732f616464613180',
  },
  {
    name: 'two numbers',
    call: () => add(1, 2),
    key: '1a6560eecea1bda5df80b716910b119c20978561bc9298ae87dd4cd9f5e4866d',
    hashed: '8467736f6d656e2f316b766563746f72732f6164646131820102',
  },
  {
    name: 'two bigints',
    call: () => add(1n, 2n),
    key: '761573c2420329a2de534de34d0407463d66177c3411f99ed9e02bf5172a8762',
    hashed: '8467736f6d656e2f316b766563746f72732f616464613182d81b8266626967696e748101d81b8266626967696e748102',
  },
  {
    name: 'undefined is an argument',
    call: () => add(1, undefined),
    key: 'f9778ea73297ba2aa63be611a7a09edecb7cf1da421876bd5867048018e8a1db',
    hashed: '8467736f6d656e2f316b766563746f72732f61646461318201f7',
  },
  {
    name: 'data of several kinds',
    call: () => add({ b: [1, 'x'], a: null }, new Float64Array([1, -2])),
    key: 'c3f1a5b77fc360b81f55cd53540b48aa36870ec1d24480be324ef54d6d752083',
    hashed:
      '8467736f6d656e2f316b766563746f72732f616464613182a26161f6616282016178d85650000000000000f03f00000000000000c0',
  },
  {
    name: 'a text of 1021 characters, 1024 bytes encoded',
    call: () => add('x'.repeat(1021)),
    key: 'f440dd264a68452a7d0618f812c87df7ddc5c0f3d767b0e298fbba17d0f060e6',
  },
  {
    name: 'a text of 1022 characters, 1025 bytes encoded',
    call: () => add('x'.repeat(1022)),
    key: '00cd93c5c56afb3a7ccc023fb2cfe27d1946c84b1784d1a7b72c76742dc9d1c1',
    hashed:
      '8467736f6d656e2f316b766563746f72732f616464613181d81b8267636f6e74656e74821904015820738a678511980ff677ec73df2b67f19807f7842ebc4fc8398c5e56402a1a6b59',
  },
  {
    name: 'a large argument after a small one',
    call: () => add(1, new Uint8Array(5000).fill(7)),
    key: '789e037cf8f339a8434bbb1d61ba1f1e05d1f111d73f344800e65ad41f4d3133',
    hashed:
      '8467736f6d656e2f316b766563746f72732f61646461318201d81b8267636f6e74656e748219138d582023998e0582785023290f3c2955e93554c0a5579e2c5635834f3007fcab299671',
  },
  {
    name: 'a promised argument',
    call: () => add(add(1, 2), 3),
    key: 'eeeaabe87ed92d135773270406bbfb0b5103f93911290678d76d975378c2c209',
    hashed:
      '8467736f6d656e2f316b766563746f72732f616464613182d81b82636b657958201a6560eecea1bda5df80b716910b119c20978561bc9298ae87dd4cd9f5e4866d03',
  },
  {
    name: 'a promised element of an argument',
    call: () => add([add(1, 2), 3], 4),
    key: 'a8c542f84f8fb0ce98eb7fa3e1e2e330d171bc9133ce975eff1503d7de5a5a67',
    hashed:
      '8467736f6d656e2f316b766563746f72732f616464613182d81b82636b657958203369c0209ac8cd4189e7a884dde2edcc7a2909035afaf6067956d823bfd919e204',
  },
  {
    name: 'a promised member of an argument',
    call: () => add({ a: add(1, 2) }),
    key: '4115440500d14f3bad4a19aedfbca16f65263b0e664edc02f4f81f9d1e470eca',
    hashed:
      '8467736f6d656e2f316b766563746f72732f616464613181d81b82636b65795820f2e0b8486449fe86371e2fae3e9c120b96d6ee00bc86f212d3b5178d2f91b2b7',
  },
  {
    name: 'gather',
    call: () => gather(add(1, 2), 3),
    key: '3369c0209ac8cd4189e7a884dde2edcc7a2909035afaf6067956d823bfd919e2',
    hashed:
      '8467736f6d656e2f316b736f6d656e2f6172726179613182d81b82636b657958201a6560eecea1bda5df80b716910b119c20978561bc9298ae87dd4cd9f5e4866d03',
  },
  {
    name: 'a task as an argument',
    ofText: true,
    call: () => add(unversioned),
    key: 'c861e7fab98cf49ee995caa01c99d9e4893c13647dfb6507aaad5c5da94876a7',
    hashed:
      '8467736f6d656e2f316b766563746f72732f616464613181d81b82647461736b8273766563746f72732f756e76657273696f6e6564784037376563653638333335656361643033343933343332356165643133303933393238383264343937386565393934646334383863373639623166616463313430',
  },
  {
    name: 'a version that is the hash of the source',
    ofText: true,
    call: () => unversioned(1),
    key: '0eb8bbc36f45707e2775e9a78b67ef43f3aff354bafca6d96202f837613a7601',
    hashed:
      '8467736f6d656e2f3173766563746f72732f756e76657273696f6e65647840373765636536383333356563616430333439333433323561656431333039333932383832643439373865653939346463343838633736396231666164633134308101',
  },
];
