import * as somen from 'somen';
import { expect, test } from 'vitest';
import { fuzz } from '../support/fuzz.ts';

test('50,000 mutated and random inputs each end in a value or a SerializationError, soon', { timeout: 120_000 }, () => {
  const { inputs, values, refused, slowest } = fuzz(somen, 50_000, 7);
  expect(inputs).toBe(50_000);
  expect(values).toBeGreaterThan(1000);
  expect(refused).toBeGreaterThan(10_000);
  // Far more than any of them takes, and far less than what a bomb would.
  expect(slowest).toBeLessThan(5000);
});
