#!/usr/bin/env node
// npm run twelve -- …: the command line from a checkout. Installs and compiles what has changed, then runs it in this process.
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { compile } from '../setup/compile.mjs';
import { ensureNodeModules } from '../setup/node-modules.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
try {
  ensureNodeModules();
  compile();
} catch (error) {
  console.error(`twelve: ${error.message}`);
  process.exit(1);
}
createRequire(import.meta.url)(path.join(root, 'build/apps/cli/main.js'));
