import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { CORE_SCHEMA, boolYaml11Tag, dump, floatYaml11Tag, intYaml11Tag, load, mergeTag, nullYaml11Tag } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { tryPlainYaml } from '../../../lib/api/decode/plain-yaml';
import { rules } from '../../../lib/check/index';
import { splitDocuments } from '../../../lib/check/split-documents';

const schema = CORE_SCHEMA.withTags(nullYaml11Tag, boolYaml11Tag, intYaml11Tag, floatYaml11Tag, mergeTag);
const resolveScalar = (text: string) => (load(`k: ${text}`, { schema }) as { k: unknown }).k;
const plain = (text: string) => tryPlainYaml(text, { resolveScalar });

/** What it reads, the whole parser reads as the same. */
function agrees(text: string): boolean {
  const read = plain(text);
  if (read) expect({ text, value: read.value }).toEqual({ text, value: load(text, { schema }) });
  return read !== undefined;
}

const fixtures = path.resolve(__dirname, '../../golden');
const documents = [
  ...fs.readdirSync(fixtures).filter((name) => name.endsWith('.yaml')).flatMap((name) => splitDocuments(fs.readFileSync(path.join(fixtures, name), 'utf8'))).map(({ body }) => body),
  ...rules.flatMap(({ examples }) => [examples.fails, examples.passes]).flatMap(splitDocuments).map(({ body }) => body),
];

const KINDS = `# a comment
apiVersion: v1
kind: ConfigMap   # another
metadata:
  name: web
  labels: {}
  annotations:
    "quoted key": 'it''s'
    a.b/c: "tab\\t and \\u00e9"
data:
  port: 8080
  quiet: no
  octal: 0644
  quantity: 10Gi
  time: 1:30
  version: 1.2.3
  nothing:
  flow: {a: b, "c d": [1, 'x', -5, {e: [], f: {}}], image: redis:7, url: http://x:80/ }  # flow
  tilde: ~
  script: |
    #!/bin/sh

      indented
    end
  stripped: |-
    one
  kept: |+
    two

list:
- a
- {name: web, port: 80}
- [sh, -c, "echo x"]
- - nested
  - "x"
- name: b
  ports:
  - 1
  - -5

-
  deep: true
-
`;

const value = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 3 }, tie('scalar'), fc.array(tie('any'), { maxLength: 3 }), fc.dictionary(tie('text') as fc.Arbitrary<string>, tie('any'), { maxKeys: 4 })),
  text: fc.oneof(fc.stringMatching(/^[a-zA-Z0-9./_-]{1,8}$/), fc.constantFrom('yes', 'null', '8080', '0x1f', '<<', '1e3', '---', '~', 'a b', 'a: b', 'a #b', '- x')),
  scalar: fc.oneof(tie('text'), fc.string({ maxLength: 12 }), fc.integer(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null), fc.constantFrom('a\nb\n', '  x\ny', 'x\n\n\n', '\n', '\tx\n', '# x', 'a\n  b\nc')),
})).any;

describe('plain YAML', () => {
  it('is nearly all that manifests are', () => {
    expect(agrees(KINDS)).toBe(true);
    expect(documents.filter(agrees).length).toBeGreaterThan(documents.length * 0.95);
  });

  it.each(['a: &x 1', 'a: *x', 'a: !!str 1', 'a: >\n  folded\n', 'a: [1,\n  2]', 'a: [b: c]', 'a: {b}', 'a: {b:1}', 'a: [1, ]', 'a: {b: 1, b: 2}', '- {a: b}: c', 'a: [*x]', 'a: {b: }', 'a: b\n  c', '? a', 'a: 1\na: 2', '<<: {}', 'a: "x', "a: 'x\n  y'", 'a: b: c', '\ta: 1', 'a:\tb', 'a: "\\x41"', 'a: |2\n   x\n', 'a: |\n  x', 'a\n', '- a\nb: 1', 'a:\n  - b\n  c: 1', 'a: @x', 'a: "x" y', '%YAML 1.2', 'a: \u{1F600}', 'yes: 1', '__proto__: 1'])(
    'is not %j', (text) => {
      expect(plain(text)).toBeUndefined();
    });

  it('is read as the whole parser reads it, whatever a value is', () => {
    fc.assert(fc.property(value, fc.constantFrom(2, 3, 4), fc.boolean(), fc.constantFrom(-1, 1, 2), (any, indent, seqNoIndent, flowLevel) => {
      agrees(dump({ a: any }, { indent, seqNoIndent, flowLevel, lineWidth: -1, noRefs: true }));
    }), { numRuns: 1500 });
  });

  it('is read as the whole parser reads it, or left to it, whatever somebody types into it', () => {
    const texts = [...documents.map((text) => text.slice(0, 1500)), KINDS];
    const typed = fc.constantFrom(' ', '  ', '\n', '\n\n', '\n ', ':', ': ', '-', '- ', '#', ' #', '"', "'", '|', '|-', '>', '{', '}', '[', ']', ',', '&', '*', '!', '?', '%', '\t', '\r', '0', '.', '~', '\\', 'x', '<<', '---', '=', '{a: b}', '[a, b]', ', ', ': {', 'é', '\u00a0', '\u2028', '\u0085', '');
    let read = 0;
    fc.assert(fc.property(fc.constantFrom(...texts), fc.array(fc.tuple(fc.nat(), fc.nat(6), typed), { minLength: 1, maxLength: 3 }), (text, edits) => {
      let mutated = text;
      for (const [at, removed, inserted] of edits) mutated = mutated.slice(0, at % mutated.length) + inserted + mutated.slice(at % mutated.length + removed);
      const one = plain(mutated);
      if (!one) return;
      read += 1;
      expect({ mutated, value: one.value }).toEqual({ mutated, value: load(mutated, { schema }) });
    }), { numRuns: 4000 });
    expect(read).toBeGreaterThan(500);
  });

  it('tells where keys and items are', () => {
    const places = new Map();
    const { value: root } = tryPlainYaml(KINDS, { resolveScalar, places }) as { value: any };
    const at = (container: object, key: string | number) => KINDS.slice(places.get(container).get(key)).split('\n')[0];
    expect(at(root, 'kind')).toBe('kind: ConfigMap   # another');
    expect(at(root.metadata.annotations, 'quoted key')).toBe('"quoted key": \'it\'\'s\'');
    expect(at(root.list, 4)).toBe('name: b');
    expect(at(root.data.flow['c d'][3], 'e')).toMatch(/^e: \[\]/);
    expect(at(root.list[4].ports, 1)).toBe('-5');
  });
});
