import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseManifests } from '../../../lib/apply/load/parse-manifests';
import { runProgram } from '../../../lib/apply/synth/run-program';
import { checkManifests } from '../../../lib/check/check-manifests';

const root = path.resolve(__dirname, '../../..');
const samples = path.join(__dirname, 'manifests');
const shared = path.resolve(root, '../shared/fixtures');
const examples = fs.readdirSync(path.join(root, 'apps/examples')).filter((name) => fs.existsSync(path.join(root, 'apps/examples', name, 'main.ts')));

/** Rule, severity, object, field and message of each finding, one a line. */
function findingsOf(yaml: string, file: string): string {
  const objects = parseManifests(yaml, file).map(({ object }) => ({ object }));
  return checkManifests(objects).findings
    .map(({ rule, severity, object: { kind, metadata }, field, message }) => `${severity} ${rule}: ${kind} ${metadata.name} ${field}: ${message}\n`).join('');
}

/** Each line was read and agreed with. After a change, read what vitest -u writes: a finding that is wrong is a rule to mend. */
describe('the findings in manifests as people write them', () => {
  it.each(fs.readdirSync(samples))('%s: are the reviewed list', async (file) => {
    await expect(findingsOf(fs.readFileSync(path.join(samples, file), 'utf8'), file)).toMatchFileSnapshot(path.join(__dirname, 'reviewed', `${path.parse(file).name}.txt`));
  });

  it.skipIf(!fs.existsSync(shared))('are of the same files as the fixtures (skipped without them)', () => {
    const yaml = (folder: string) => fs.readdirSync(folder).filter((name) => name.endsWith('.yaml')).map((name) => [name, fs.readFileSync(path.join(folder, name), 'utf8')]);
    expect(yaml(samples)).toEqual(yaml(shared));
  });
});

describe('the examples', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-findings-'));
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  it.each(examples)('%s has no findings', async (name) => {
    const files = await runProgram({ program: 'main.ts', outdir: path.join(folder, name), cwd: path.join(root, 'apps/examples', name), environment: process.env, onOutput: () => undefined });
    expect(files).not.toEqual([]);
    for (const file of files) expect(findingsOf(fs.readFileSync(file, 'utf8'), name)).toBe('');
  });
});
