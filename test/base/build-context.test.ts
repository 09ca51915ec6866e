import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contextEntries, contextHash } from '../../lib/base/build-context/build-context';

describe('a build context', () => {
  let directory = '';
  const write = (name: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    fs.writeFileSync(path.join(directory, name), text);
  };
  const names = (dockerfile = 'Dockerfile') => contextEntries({ directory, dockerfile }).map(({ name }) => name);
  const hash = (more: object = {}) => contextHash({ directory, dockerfile: 'Dockerfile', buildArguments: {}, ...more });

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-context-'));
    write('Dockerfile', 'FROM busybox:1.35\n');
    write('src/a.js', 'a');
  });
  afterEach(() => fs.rmSync(directory, { recursive: true }));

  it('has everything that is not ignored, and always the Dockerfile', () => {
    write('.dockerignore', 'Dockerfile\n.dockerignore\nsecret*');
    write('secret.txt', 'x');
    fs.symlinkSync('a.js', path.join(directory, 'src/link.js'));
    expect(names()).toEqual(['Dockerfile', 'src', 'src/a.js', 'src/link.js']);
  });

  it('has the folders above what is brought back', () => {
    write('.dockerignore', '*\n!src/deep/keep');
    write('src/deep/keep', 'x');
    expect(names()).toEqual(['Dockerfile', 'src', 'src/deep', 'src/deep/keep']);
  });

  it('takes the ignore file of its Dockerfile before the common one', () => {
    write('docker/Dockerfile', 'FROM busybox:1.35\n');
    write('docker/Dockerfile.dockerignore', 'src');
    write('.dockerignore', 'docker');
    expect(names('docker/Dockerfile')).toEqual(['.dockerignore', 'Dockerfile', 'docker', 'docker/Dockerfile', 'docker/Dockerfile.dockerignore']);
  });

  it('hashes content, names, links and the right to run, and nothing that differs between checkouts', () => {
    const before = hash();
    fs.utimesSync(path.join(directory, 'src/a.js'), 1, 1);
    fs.chmodSync(path.join(directory, 'src/a.js'), 0o600);
    expect(hash()).toBe(before);
    fs.chmodSync(path.join(directory, 'src/a.js'), 0o755);
    const executable = hash();
    write('src/a.js', 'b');
    const changed = hash();
    fs.renameSync(path.join(directory, 'src/a.js'), path.join(directory, 'src/b.js'));
    expect(new Set([before, executable, changed, hash(), hash({ target: 'x' }), hash({ buildArguments: { A: '1' } })]).size).toBe(6);
  });

  it('does not change with what is ignored', () => {
    write('.dockerignore', 'node_modules');
    const before = hash();
    write('node_modules/x', '1');
    expect(hash()).toBe(before);
  });

  it('says when there is no Dockerfile', () => {
    expect(() => names('Other')).toThrow(/there is no Other in/);
  });
});
