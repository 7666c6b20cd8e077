import { expect, test } from 'vitest';
import * as somen from 'somen';
test('somen resolves', () => { console.log(Object.keys(somen).length); expect(Object.keys(somen).length).toBeGreaterThan(0); });
