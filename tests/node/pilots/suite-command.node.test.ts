/** Pilots that a command starts, against the suite that every executor must pass. */
import { command, pilots } from 'somen/node';
import { executorSuite } from 'somen/testing';
import { test } from 'vitest';
import { SOMEN_PILOT } from './support/somen-pilot.ts';
import { SMALL, SUITE } from './support/suite.ts';

const open = () => pilots({ ...SMALL, launch: command(SOMEN_PILOT) });
test.each(executorSuite(open, SUITE))('pilots by command $name', { timeout: 60_000 }, ({ run }) => run());
