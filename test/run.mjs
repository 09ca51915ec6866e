#!/usr/bin/env node
// npm test [level …]: sets the machine up, runs every test level, and ends with the counts of all of them.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDocker } from '../apps/setup/docker.mjs';
import { ensureNodeModules } from '../apps/setup/node-modules.mjs';
import { tryPrepareRealCluster } from '../apps/setup/real-cluster.mjs';

const LEVELS = ['unit', 'contract', 'golden', 'integration', 'e2e', 'real-cluster'];
/** Levels on Docker; each has cases that run with nothing beside them. */
const NEEDS_DOCKER = ['e2e', 'real-cluster'];
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

async function main(wanted) {
  const unknown = wanted.filter((level) => !LEVELS.includes(level));
  if (unknown.length > 0) throw new Error(`unknown test level ${unknown.join(', ')}; there are ${LEVELS.join(', ')}`);
  const levels = wanted.length > 0 ? wanted : LEVELS;

  ensureNodeModules();
  const { compile } = await import('../apps/setup/compile.mjs');
  compile();
  if (levels.some((level) => NEEDS_DOCKER.includes(level))) {
    await ensureDocker();
    const { ensureImages } = await import('../apps/examples/images/build.mjs');
    const { catalog } = await import('../apps/examples/images/catalog.mjs');
    await ensureImages([...catalog.map(({ names }) => names[0]), 'mysql:5.7.44']);
  }

  const total = { passed: 0, failed: 0, skipped: 0 };
  const failures = [];
  for (const level of levels) {
    const reason = level === 'real-cluster' ? tryPrepareRealCluster() : undefined;
    const counts = runLevel(level, reason);
    console.log(`${level}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped${reason ? ` (${reason})` : ''}`);
    for (const key of Object.keys(total)) total[key] += counts[key];
    failures.push(...counts.failures.map((failure) => `${level}: ${failure}`));
  }
  // At the very end, because of a long run often only the end is kept.
  for (const failure of failures) console.log(`FAILED ${failure}`);
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed === 0 ? 0 : 1;
}

/** @param missing why none of its cases can run: they count as skipped */
function runLevel(level, missing) {
  const results = path.join(root, '.cache', `results-${level}.json`);
  fs.rmSync(results, { force: true });
  const { status } = spawnSync(process.execPath, [
    path.join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', level, ...(NEEDS_DOCKER.includes(level) ? ['--project', `${level}-alone`] : []), ...(missing ? ['--testNamePattern', '(?!)'] : []),
    '--reporter=default', '--reporter=json', `--outputFile.json=${results}`,
  ], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...(missing && { TWELVE_WITHOUT_CLUSTER: missing }) } });
  const result = fs.existsSync(results) ? JSON.parse(fs.readFileSync(results, 'utf8')) : {};
  const failed = result.numFailedTests ?? 0;
  // A file that does not load, or an error outside a test, fails the level without a failed test.
  const outside = status !== 0 && failed === 0;
  return {
    passed: result.numPassedTests ?? 0,
    failed: outside ? 1 : failed,
    skipped: (result.numPendingTests ?? 0) + (result.numTodoTests ?? 0),
    failures: [...failedTests(result), ...(outside ? ['an error outside of the tests, printed above with the level'] : [])],
  };
}

/** One text for each test that failed and each file that could not be loaded: where, which, and the beginning of why. */
function failedTests(result) {
  return (result.testResults ?? []).flatMap(({ name, status, message, assertionResults }) => {
    const file = path.relative(root, name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0 && status === 'failed') return [`${file}\n${excerpt(message)}`];
    return failed.map((test) => `${file} > ${test.fullName} (${Math.round(test.duration ?? 0)} ms)\n${excerpt((test.failureMessages ?? []).join('\n'))}`);
  });
}

function excerpt(message = '') {
  const text = message.split('\n').slice(0, 25).join('\n');
  return (text.length > 2500 ? `${text.slice(0, 2500)} …` : text).replaceAll(/^/gm, '    ');
}

main(process.argv.slice(2)).then((code) => { process.exitCode = code; }, (error) => {
  console.error(`npm test: ${error.message}`);
  process.exitCode = 1;
});
