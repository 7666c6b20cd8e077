/** Writes so many bytes for each byte that it reads, with nothing around them. */
import { Socket } from 'node:net';

const length = Number(process.argv[2]);
const socket = new Socket({ fd: 3 });
socket.on('data', () => {
  const made = new Uint8Array(length);
  made[0] = 7;
  socket.write(made);
});
