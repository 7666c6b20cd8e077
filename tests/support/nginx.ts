/** A real nginx with WebDAV, as a team would put before a folder. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPrograms, isProgram } from './find-program.ts';
import { freePort } from './free-port.ts';

/** A server that runs. */
export interface Nginx {
  /** `http://127.0.0.1:<port>/`. */
  readonly url: string;
  /** What it serves. */
  readonly folder: string;
  close(): Promise<void>;
}

/** Debian's nginx stands where ordinary users do not look. */
const program = findPrograms(['nginx'])[0] ?? ['/usr/sbin/nginx'].find(isProgram);

/** Whether there is an nginx with WebDAV. CI must have one. */
export const hasNginx: boolean =
  process.env['CI'] !== undefined ||
  (program !== undefined && spawnSync(program, ['-V']).stderr.toString().includes('http_dav_module'));

/** Options of {@link startNginx}. */
export interface NginxOptions {
  /** Whether it takes `PUT` and `DELETE`. @default true */
  readonly writable?: boolean;
  /** What it serves. @default an empty folder of its own */
  readonly folder?: string;
}

/** Starts a server on a free port of the loopback. */
export async function startNginx(options: NginxOptions = {}): Promise<Nginx> {
  const { writable = true } = options;
  if (program === undefined) throw new Error('Cannot start nginx: it is not installed (Debian: nginx-light)');
  const root = await mkdtemp(join(tmpdir(), 'somen-nginx-'));
  const folder = options.folder ?? join(root, 'cache');
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  await writeFile(join(root, 'nginx.conf'), configuration(root, folder, port, writable));
  const server = spawn(program, ['-p', root, '-c', join(root, 'nginx.conf'), '-e', join(root, 'error.log')]);
  const url = `http://127.0.0.1:${port}/`;
  await untilAnswering(url, server);
  return {
    url,
    folder,
    close: async () => {
      const gone = once(server, 'exit');
      server.kill('SIGTERM');
      await gone;
      await rm(root, { recursive: true, force: true });
    },
  };
}

/**
 * A page of another origin may use it, too: for `PUT`, `DELETE` and headers of one's own, browsers ask with `OPTIONS`
 * before, which nginx does not answer by itself. `client_max_body_size`: entries have up to 4 MiB.
 */
function configuration(root: string, folder: string, port: number, writable: boolean): string {
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `
${user}
daemon off;
master_process off;
worker_processes 1;
pid ${root}/nginx.pid;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path ${root}/body;
  proxy_temp_path ${root}/proxy;
  fastcgi_temp_path ${root}/fastcgi;
  uwsgi_temp_path ${root}/uwsgi;
  scgi_temp_path ${root}/scgi;
  client_max_body_size 8m;
  default_type application/octet-stream;
  server {
    listen 127.0.0.1:${port};
    root ${folder};
    location / {
      ${writable ? 'dav_methods PUT DELETE; create_full_put_path on;' : ''}
      add_header Access-Control-Allow-Origin * always;
      if ($request_method = OPTIONS) {
        add_header Access-Control-Allow-Origin *;
        add_header Access-Control-Allow-Methods '${writable ? 'GET, PUT, DELETE' : 'GET'}';
        add_header Access-Control-Allow-Headers 'Authorization, *';
        add_header Access-Control-Max-Age 86400;
        return 204;
      }
    }
  }
}
`;
}

async function untilAnswering(url: string, server: ChildProcess): Promise<void> {
  let complaint = '';
  server.stderr?.on('data', (data) => (complaint += String(data)));
  for (let tries = 0; tries < 200; tries++) {
    if (server.exitCode !== null) throw new Error(`nginx did not start: ${complaint}`);
    try {
      await fetch(url);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  throw new Error(`nginx did not answer: ${complaint}`);
}
