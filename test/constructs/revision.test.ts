import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tryFindRepository, tryReadHead } from '../../lib/base/git-revision';
import { toLabelValue } from '../../lib/constructs/revision';
import { Config, Image, Revision, Web } from '../../lib/index';
import { ofKind, synthesize } from './synthesize';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-revision-'));
const repository = path.join(folder, 'repository');
const git = (...words: readonly string[]) => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...words], { cwd: repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
const write = (name: string, text: string) => fs.writeFileSync(path.join(repository, name), text);
const head = (directory: string) => {
  const found = tryFindRepository(directory);
  return found && tryReadHead(found);
};

beforeAll(() => {
  fs.mkdirSync(path.join(repository, 'deploy'), { recursive: true });
  git('init', '--initial-branch=main');
  write('main.ts', 'one');
  git('add', '.');
  git('commit', '-m', 'one');
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('The commit that is checked out', () => {
  it('is read from the files of git: of a branch, packed, detached and in a worktree', () => {
    const commit = git('rev-parse', 'HEAD');
    expect(head(path.join(repository, 'deploy'))).toBe(commit);
    git('pack-refs', '--all');
    expect(head(repository)).toBe(commit);
    git('worktree', 'add', '-b', 'feature/a', path.join(folder, 'tree'));
    expect(head(path.join(folder, 'tree'))).toBe(commit);
    git('worktree', 'add', '--detach', path.join(folder, 'detached'));
    expect(head(path.join(folder, 'detached'))).toBe(commit);
  });

  it('is not there outside of a repository, and before the first commit', () => {
    expect(head(folder)).toBeUndefined();
    fs.mkdirSync(path.join(folder, 'empty'));
    execFileSync('git', ['init', '--quiet', path.join(folder, 'empty')]);
    expect(head(path.join(folder, 'empty'))).toBeUndefined();
    expect(() => Revision.git({ directory: folder })).toThrow(/is in no git repository; give Revision\.commit/);
    expect(() => Revision.git({ directory: path.join(folder, 'empty') })).toThrow(/commit first/);
  });
});

describe('The revision', () => {
  it('says whether files differ from the commit; YAML that synthesis wrote does not count', () => {
    const commit = git('rev-parse', 'HEAD');
    expect(Revision.git({ directory: repository })).toMatchObject({ name: commit.slice(0, 12), git: { commit, dirty: false } });
    write('deploy/shop.k8s.yaml', 'x');
    expect(Revision.git({ directory: repository }).git?.dirty).toBe(false);
    write('main.ts', 'two');
    expect(Revision.git({ directory: repository })).toMatchObject({ name: `${commit.slice(0, 12)}-dirty`, git: { dirty: true } });
    expect(Revision.git({ directory: repository, version: '1.4.2' }).name).toBe('1.4.2');
  });

  it('is on the objects and not on their pods', () => {
    const objects = synthesize((app) => {
      new Config(app, 'config', { A: 'b' });
      new Web(app, 'web', { image: Image.reference('nginx:1.22'), port: 80 });
    }, { revision: Revision.commit('0123456789abcdef0123456789abcdef01234567', { dirty: true }) });
    for (const { metadata } of objects) {
      expect(metadata.labels['app.kubernetes.io/version']).toBe('0123456789ab-dirty');
      expect(metadata.annotations).toMatchObject({ 'twelve-factor.dev/git-revision': '0123456789abcdef0123456789abcdef01234567', 'twelve-factor.dev/git-dirty': 'true' });
    }
    expect(JSON.stringify(ofKind(objects, 'Deployment').spec)).not.toContain('0123456789ab');
  });

  it('is not written when the program does not ask for it', () => {
    const [configMap] = synthesize((app) => new Config(app, 'config', { A: 'b' }));
    expect(configMap.metadata.labels).not.toHaveProperty('app.kubernetes.io/version');
    expect(configMap.metadata.annotations).toBeUndefined();
  });

  it('is a label whatever it is called', () => {
    expect(toLabelValue('v1.4.2+build/7 ')).toBe('v1.4.2-build-7');
    expect(toLabelValue('x'.repeat(80))).toHaveLength(63);
    expect(() => Revision.version('+')).toThrow(/neither a letter nor a digit/);
    expect(() => Revision.commit('main')).toThrow(/git rev-parse HEAD/);
  });
});
