#!/usr/bin/env node
// npm run bench [name …] [-- --option …]: runs benchmarks, which print numbers and ratios against a peer measured in the same run. They assert nothing.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from '../../apps/setup/compile.mjs';
import { ensureDocker } from '../../apps/setup/docker.mjs';
import { ensureNodeModules } from '../../apps/setup/node-modules.mjs';
import { ensureImages } from '../../apps/examples/images/build.mjs';

const BENCHMARKS = ['synth', 'durable-write', 'runtime-start', 'pods', 'hundred-pods', 'service-throughput', 'idle', 'scale', 'check', 'apply'];
const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, '../..');

ensureNodeModules();
compile();
await ensureDocker();
await ensureImages(['busybox:1.35', 'nginx:1.22']);
const { buildSync } = await import('esbuild');
const words = process.argv.slice(2);
const first = words.findIndex((word) => word.startsWith('-'));
const [names, options] = first < 0 ? [words, []] : [words.slice(0, first), words.slice(first)];
for (const name of names.length > 0 ? names : BENCHMARKS) {
  const outfile = path.join(root, '.cache/bench', `${name}.js`);
  buildSync({ entryPoints: [path.join(here, `${name}.ts`)], outfile, bundle: true, platform: 'node', format: 'cjs', packages: 'external', define: { __dirname: JSON.stringify(path.join(root, 'test/e2e/harness')) } });
  console.log(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, [outfile, ...options], { stdio: 'inherit', cwd: root });
  if (status !== 0) process.exitCode = 1;
}
