import * as somen from 'somen/node';
import { expect, test } from 'vitest';
import { fuzz } from '../support/fuzz.ts';

test(
  '20,000 inputs, compressed ones among them, each end in a value or a SerializationError',
  { timeout: 120_000 },
  () => {
    const { inputs, refused } = fuzz(somen, 20_000, 11, true);
    expect(inputs).toBe(20_000);
    expect(refused).toBeGreaterThan(5000);
  },
);
