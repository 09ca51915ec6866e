import { describe, expect, it } from 'vitest';
import { parseIgnorePatterns } from '../../lib/base/build-context/ignore-patterns';

const ignored = (text: string, ...files: readonly string[]) => files.filter((file) => parseIgnorePatterns(text).ignores(file));

describe('.dockerignore', () => {
  it('matches from the root of the context, with or without a leading slash', () => {
    expect(ignored('foo', 'foo', 'foo/a/b', 'sub/foo', 'food')).toEqual(['foo', 'foo/a/b']);
    expect(ignored('/foo/bar', 'foo/bar', 'bar')).toEqual(['foo/bar']);
  });

  it('keeps * and ? within one folder', () => {
    expect(ignored('*/temp*', 'a/temporary.txt', 'a/temp', 'temp', 'a/b/temp')).toEqual(['a/temporary.txt', 'a/temp']);
    expect(ignored('temp?', 'tempa', 'tempb', 'temp', 'tempab')).toEqual(['tempa', 'tempb']);
  });

  it('crosses folders with **, none included', () => {
    expect(ignored('**/*.go', 'a.go', 'x/y/a.go', 'a.goo')).toEqual(['a.go', 'x/y/a.go']);
    expect(ignored('a/**', 'a/b', 'a/b/c', 'a', 'ab')).toEqual(['a/b', 'a/b/c']);
    expect(ignored('a/**/z', 'a/z', 'a/b/c/z', 'az')).toEqual(['a/z', 'a/b/c/z']);
    expect(ignored('**', 'a', 'b/c')).toEqual(['a', 'b/c']);
  });

  it('lets the last line that matches decide', () => {
    const text = '*.md\n!README*.md\nREADME-secret.md';
    expect(ignored(text, 'a.md', 'README.md', 'README-secret.md')).toEqual(['a.md', 'README-secret.md']);
    expect(ignored('*.md\nREADME-secret.md\n!README*.md', 'a.md', 'README.md', 'README-secret.md')).toEqual(['a.md']);
  });

  it('brings back what lies in an ignored folder, and knows where to look for it', () => {
    const text = 'node_modules\n!node_modules/own/**/*.js';
    expect(ignored(text, 'node_modules/x.js', 'node_modules/own/lib/a.js')).toEqual(['node_modules/x.js']);
    const patterns = parseIgnorePatterns(text);
    expect(['node_modules', 'node_modules/own', 'node_modules/own/lib', 'node_modules/other', 'src'].map((folder) => patterns.mayIncludeBelow(folder))).toEqual([true, true, true, false, false]);
    expect(parseIgnorePatterns('*\n!**/keep').mayIncludeBelow('a/b')).toBe(true);
  });

  it('reads comments, blanks and paths as Docker does', () => {
    expect(ignored('# foo\n\n  bar  \n./baz/\n#', 'foo', 'bar', 'baz/x', '# foo')).toEqual(['bar', 'baz/x']);
    expect(ignored(' # foo', '# foo')).toEqual(['# foo']);
    expect(ignored('\uFEFFfoo\r\nbar\r\n', 'foo', 'bar')).toEqual(['foo', 'bar']);
    expect(ignored('a/../b', 'b', 'a')).toEqual(['b']);
  });

  it('takes character classes and escapes', () => {
    expect(ignored('[a-c].txt', 'a.txt', 'd.txt')).toEqual(['a.txt']);
    expect(ignored('[^a-c].txt', 'a.txt', 'd.txt')).toEqual(['d.txt']);
    expect(ignored('a\\*.txt', 'a*.txt', 'ab.txt')).toEqual(['a*.txt']);
    expect(ignored('a.(b)+$', 'a.(b)+$', 'axb')).toEqual(['a.(b)+$']);
  });

  it('says on which line a pattern cannot be read', () => {
    expect(() => parseIgnorePatterns('ok\n[a')).toThrow(/line 2: "\[a" is not a pattern/);
    expect(() => parseIgnorePatterns('!')).toThrow(/line 1: "!" stands alone/);
  });
});
