import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parseManifests } from '../../lib/apply/load/parse-manifests';
import { runProgram } from '../../lib/apply/synth/run-program';
import { checkObjects } from '../../lib/check/check-objects';

const root = path.resolve(__dirname, '../..');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-docs-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const pages = ['README.md', ...fs.readdirSync(path.join(root, 'docs/constructs')).map((name) => `docs/constructs/${name}`)];

it.each(pages)('the example in %s runs, and the checks find nothing in it', async (page) => {
  const [, program] = /```ts\n(.*?)```/s.exec(fs.readFileSync(path.join(root, page), 'utf8')) ?? [];
  fs.writeFileSync(path.join(folder, 'main.ts'), program);
  const [file] = await runProgram({ program: 'main.ts', outdir: path.join(folder, path.basename(page)), cwd: folder, environment: process.env, onOutput: () => undefined });
  const objects = parseManifests(fs.readFileSync(file, 'utf8'), page).map(({ object }) => object);
  expect(objects.length).toBeGreaterThan(0);
  expect(checkObjects(objects)).toEqual([]);
});
