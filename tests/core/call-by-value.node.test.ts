import { run, schedule } from 'somen';
import { expect, test } from 'vitest';

test('a call keeps a Buffer as a Buffer with bytes of its own, and Node warns of nothing', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => void warnings.push(warning);
  process.on('warning', onWarning);
  const describe = schedule((data: Buffer) => [Buffer.isBuffer(data), data.toString(), data.buffer.byteLength], {
    name: 'by-value-node/describe',
  });
  const buffer = Buffer.from('noodles');
  const promise = describe(buffer);
  buffer.write('NOODLES');
  expect(await run(promise)).toEqual([true, 'noodles', 7]);
  // Warnings come in the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});
