import type { PilotsOptions } from 'somen/node';
import type { ExecutorSuiteOptions } from 'somen/testing';
import { crash } from '../../fixtures/pilot-tasks.mjs';

/** What pilots can do, for the suite that every executor must pass. */
export const SUITE: ExecutorSuiteOptions = { clones: true, logs: true, stopsLoops: true, crash };

/** A few small pilots on this machine. */
export const SMALL: Omit<PilotsOptions, 'launch'> = { slots: 2, max: 2, listen: { host: '127.0.0.1' } };
