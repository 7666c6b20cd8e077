/** What `pictures/boil.svg` shows: a program is built, a header changed, and the program built again. Node runs it in `terminal.mjs`. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const BOIL = fileURLToPath(new URL('../../demo/node/boil/boil.mjs', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../../demo/node/boil/example', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'somen-boil-'));
try {
  cpSync(EXAMPLE, folder, { recursive: true });
  await type('boil main -j2');
  boil();
  await type("sed -i 's/500/900/' src/iterate.hh");
  const header = join(folder, 'src', 'iterate.hh');
  writeFileSync(header, readFileSync(header, 'utf8').replace('500', '900'));
  await sleep(600);
  await type('boil main -j2');
  boil();
} finally {
  rmSync(folder, { recursive: true });
}

/** Writes a command as somebody would. */
async function type(command) {
  process.stdout.write('\x1b[32m$\x1b[m ');
  for (const character of command) {
    process.stdout.write(character);
    await sleep(40);
  }
  await sleep(500);
  process.stdout.write('\n');
}

function boil() {
  spawnSync(process.execPath, [BOIL, 'main', '-j2'], { cwd: folder, stdio: 'inherit' });
}
