// The compiler writes plain files; what `bin` names is to be run. (npm does the same where it installs.)
import { chmodSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

chmodSync(fileURLToPath(new URL('../dist/node/cli/main.js', import.meta.url)), 0o755);
