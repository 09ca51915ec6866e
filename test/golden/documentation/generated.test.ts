import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { renderApiReport } from '../../../apps/docs/api/report';
import { renderRules } from '../../../apps/docs/rules/render';

const root = path.resolve(__dirname, '../../..');
const read = (page: string) => fs.readFileSync(path.join(root, page), 'utf8');

it('docs/rules.md is what the rules say of themselves (npm run docs writes it)', () => {
  expect(read('docs/rules.md')).toBe(renderRules());
});

it('docs/api-report.md is the public surface (npm run docs writes it): whoever changes it sees it in the diff', async () => {
  expect(read('docs/api-report.md')).toBe(await renderApiReport());
}, 120_000);

it('the API documentation has a page for everything that the public surface speaks of', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, 'node_modules/typedoc/bin/typedoc'), '--emit', 'none'], { cwd: root, encoding: 'utf8' });
  expect(`${stdout}${stderr}`.split('\n').filter((line) => /\[(warning|error)\]/.test(line))).toEqual([]);
  expect(status).toBe(0);
}, 120_000);
