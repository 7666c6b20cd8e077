// The queues of somen in a browser, by bull-board: which jobs wait, run, are done or have failed.
//
//   node demo/node/bull-board.mjs --connection redis://127.0.0.1:6379 --queue somen --port 3000
//
// Another project installs @bull-board/api, @bull-board/express, bullmq and ioredis, and copies this file. Whoever sees the
// page can remove jobs: let it listen where only you are, as it does here.
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import { Queue } from 'bullmq';

const { values } = parseArgs({
  options: {
    connection: { type: 'string', default: 'redis://127.0.0.1:6379' },
    queue: { type: 'string', multiple: true, default: ['somen'] },
    port: { type: 'string', default: '3000' },
  },
});

const { hostname, port, username, password, pathname } = new URL(values.connection);
const connection = {
  host: hostname,
  port: Number(port || 6379),
  username: process.env.SOMEN_REDIS_USERNAME ?? username,
  password: process.env.SOMEN_REDIS_PASSWORD ?? password,
  db: Number(pathname.slice(1) || 0),
};

const server = new ExpressAdapter();
// Jobs are handed out and taken back by somen: here they are looked at.
const queues = values.queue.map((name) => new BullMQAdapter(new Queue(name, { connection }), { readOnlyMode: true }));
createBullBoard({ queues, serverAdapter: server, options: { uiConfig: { boardTitle: 'somen' } } });

createServer(server.getRouter()).listen(Number(values.port), '127.0.0.1', function listening() {
  console.log(`http://127.0.0.1:${this.address().port}`);
});
