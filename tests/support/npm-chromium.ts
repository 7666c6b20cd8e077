import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isProgram } from './find-program.ts';
import { cacheFolder, packageRoot } from './package-root.ts';

/**
 * The Chromium that ships inside the npm package `@sparticuz/chromium`, unpacked once, with the few libraries and
 * the font that a bare Linux image lacks: for machines that reach an npm registry and nothing else.
 *
 * @returns the path of a launcher; nothing where the package has no binary for this platform.
 */
export async function unpackNpmChromium(): Promise<string[]> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return [];
  const home = join(cacheFolder, `chromium-${packageVersion()}`);
  const launcher = join(home, 'chromium.sh');
  if (!isProgram(launcher)) await install(home);
  return [launcher];
}

function packageVersion(): string {
  // The package exports only its entry, so its `package.json` is read by path.
  const manifest: unknown = createRequire(import.meta.url)(
    join(packageRoot, 'node_modules/@sparticuz/chromium/package.json'),
  );
  return (manifest as { version: string }).version;
}

/** Prepares everything beside `home` and renames it there, so that no other run ever sees half of it. */
async function install(home: string): Promise<void> {
  await mkdir(cacheFolder, { recursive: true });
  const scratch = await mkdtemp(`${home}-`);
  try {
    await unpack(scratch);
    await writeFile(join(scratch, 'fonts.conf'), fontsConf(home));
    await writeFile(join(scratch, 'chromium.sh'), launcherScript(home), { mode: 0o755 });
    await rm(home, { recursive: true, force: true });
    await rename(scratch, home);
  } catch (error) {
    await rm(scratch, { recursive: true, force: true });
    throw error;
  }
}

/**
 * In a process of its own, because the package takes its target folder and its idea of the platform from the
 * environment and changes `LD_LIBRARY_PATH` when it is imported. Only on 'AWS Lambda' does it unpack its libraries.
 */
async function unpack(target: string): Promise<void> {
  const script = `await (await import('@sparticuz/chromium')).default.executablePath()`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: packageRoot,
    env: { ...process.env, TMPDIR: target, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' },
  });
}

/** The packaged `fonts.conf` names only folders of AWS Lambda. */
function fontsConf(home: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${home}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${home}/fonts-cache</cachedir>
</fontconfig>
`;
}

function launcherScript(home: string): string {
  return `#!/bin/sh
export LD_LIBRARY_PATH='${home}/al2023/lib'"\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export FONTCONFIG_FILE='${home}/fonts.conf'
exec '${home}/chromium' "$@"
`;
}
