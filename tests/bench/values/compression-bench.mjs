import { figure, times } from '../support/bench.mjs';

/** @type {import('../support/bench.mjs').Bench} */
export const compression = {
  name: 'compression',
  about: 'buffers compressed by somen and by CompressionStream',
  async run({ quick, rounds }, lab) {
    const bytes = quick ? 2 ** 20 : 2 ** 24;
    const options = { bytes, rounds };
    const measured = await lab.inNode(new URL('compression.mjs', import.meta.url), 'measureCompression', options);
    return [
      {
        title: 'Compression of buffers',
        note: `${bytes / 2 ** 20} MiB each, one thread. CompressionStream: deflate-raw.`,
        columns: [
          'buffer',
          'how',
          'smaller',
          'compress',
          'restore',
          'deflate: smaller',
          'compress',
          'restore',
          'lz4 / deflate',
        ],
        rows: measured.map(({ name, encoding, length, compressed, deflated, taken }) => {
          const speed = (milliseconds) => figure(length / milliseconds / 1e6, 'GB/s');
          const isLeft = compressed === length;
          return {
            cells: [
              name,
              encoding,
              times(length / compressed),
              isLeft ? undefined : speed(taken.lz4),
              isLeft ? undefined : speed(taken['un-lz4']),
              times(length / deflated),
              speed(taken.deflate),
              speed(taken.inflate),
              times(taken.deflate / taken.lz4),
            ],
          };
        }),
      },
    ];
  },
};
