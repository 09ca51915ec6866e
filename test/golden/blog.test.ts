import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(__dirname, '../..');
const folder = path.join(root, 'apps/examples/blog');
const golden = path.join(__dirname, 'blog.yaml');

function synthesize(program: string, ...words: string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [path.join(root, program), 'synth', '--stdout', ...words], { cwd: folder, encoding: 'utf8', env: { ...process.env, TWELVE_ENVIRONMENT: '', BLOG_PORT: '80' } });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return stdout;
}

/** Reviewed as YAML. After an intended change: twelve synth apps/examples/blog/main.ts --stdout > test/golden/blog.yaml */
describe('the blog example', () => {
  it('synthesizes the reviewed YAML', () => {
    expect(synthesize('build/apps/cli/main.js')).toBe(fs.readFileSync(golden, 'utf8'));
  });

  it('is the same bytes through cdk8s synth', () => {
    expect(synthesize('node_modules/cdk8s-cli/bin/cdk8s', '--check-upgrade=false')).toBe(fs.readFileSync(golden, 'utf8'));
  });
});
