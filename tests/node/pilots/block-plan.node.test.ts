/** How many pilots there should be: properties that hold whatever there is. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { planPilots, type PilotBounds, type PilotCounts } from '../../../dist/node/pilots/block-plan.js';

const bounds = fc
  .record({
    min: fc.nat(5),
    more: fc.integer({ min: 1, max: 20 }),
    parallelism: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ min, more, parallelism }): PilotBounds => ({ min, max: min + more, parallelism }));
const counts = fc
  .record({
    jobs: fc.nat(1000),
    slots: fc.integer({ min: 1, max: 64 }),
    pending: fc.nat(30),
    running: fc.nat(30),
    leaving: fc.nat(5),
    unneeded: fc.nat(30),
    idle: fc.nat(30),
  })
  .map((made): PilotCounts =>
    Object.assign(made, {
      unneeded: Math.min(made.unneeded, made.pending),
      idle: Math.min(made.idle, made.running),
    }),
  );

function check(property: (bounds: PilotBounds, counts: PilotCounts) => void): void {
  fc.assert(fc.property(bounds, counts, property), { numRuns: 2000 });
}

test('planPilots wants clamp(ceil(jobs * parallelism / slots), min, max), and one at least where there is a job', () => {
  check((limits, given) => {
    const { wanted } = planPilots(limits, given);
    expect(wanted).toBeGreaterThanOrEqual(limits.min);
    expect(wanted).toBeLessThanOrEqual(limits.max);
    const exact = Math.ceil((given.jobs * limits.parallelism) / given.slots);
    if (exact >= 1) expect(wanted).toBe(Math.min(limits.max, Math.max(limits.min, exact)));
    else expect(wanted).toBe(Math.max(limits.min, given.jobs === 0 ? 0 : 1));
  });
});

test('planPilots never has more than max, those that leave included, by what it submits', () => {
  check((limits, given) => {
    const { submit } = planPilots(limits, given);
    const there = given.pending + given.running + given.leaving;
    expect(submit).toBeGreaterThanOrEqual(0);
    if (submit > 0) expect(there + submit).toBeLessThanOrEqual(limits.max);
  });
});

test('planPilots never submits and ends pilots at the same time, and ends none that is needed', () => {
  check((limits, given) => {
    const { wanted, submit, cancel, retire } = planPilots(limits, given);
    if (submit > 0) expect(cancel + retire).toBe(0);
    if (cancel + retire > 0) expect(given.pending + given.running - cancel - retire).toBeGreaterThanOrEqual(wanted);
    expect(cancel).toBeLessThanOrEqual(given.unneeded);
    expect(retire).toBeLessThanOrEqual(given.idle);
  });
});

test('planPilots takes back those that wait before it ends those that run', () => {
  check((limits, given) => {
    const { cancel, retire } = planPilots(limits, given);
    if (retire > 0) expect(cancel).toBe(given.unneeded);
  });
});

test('planPilots comes to rest: what it asks for, done, leaves nothing to do', () => {
  check((limits, given) => {
    const plan = planPilots(limits, given);
    const pending = given.pending + plan.submit - plan.cancel;
    const running = given.running - plan.retire;
    const leaving = given.leaving + plan.retire;
    const unneeded = given.unneeded - plan.cancel;
    const idle = given.idle - plan.retire;
    expect(planPilots(limits, { ...given, pending, running, leaving, unneeded, idle })).toEqual({
      wanted: plan.wanted,
      submit: 0,
      cancel: 0,
      retire: 0,
    });
  });
});

test('planPilots asks for more when there is more to do, and never for fewer', () => {
  check((limits, given) => {
    const more = planPilots(limits, { ...given, jobs: given.jobs + 50 });
    expect(more.wanted).toBeGreaterThanOrEqual(planPilots(limits, given).wanted);
  });
});
