#!/usr/bin/env node
// npm run demo: from a fresh machine to a WordPress site. Installs what is missing, and changes nothing when run again.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDocker } from '../setup/docker.mjs';
import { ensureNodeModules } from '../setup/node-modules.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');

async function main() {
  ensureNodeModules();
  await ensureDocker();
  const { ensureImages } = await import('./images/build.mjs');
  await ensureImages(['mariadb:10.11', 'wordpress:6.1-apache']);
  twelve('up');
  twelve('apply', path.join('apps', 'examples', 'blog', 'main.ts'));
}

/** The command line from this checkout, with this terminal. */
function twelve(...words) {
  const { status } = spawnSync(process.execPath, [path.join(root, 'apps/cli/from-checkout.mjs'), ...words], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw Object.assign(new Error(`twelve ${words.join(' ')} ended with ${status}`), { code: status });
}

main().catch((error) => {
  console.error(`npm run demo: ${error.message}`);
  process.exitCode = error.code ?? 1;
});
