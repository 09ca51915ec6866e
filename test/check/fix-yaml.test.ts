import { describe, expect, it } from 'vitest';
import * as yaml from 'yaml';
import { tryFixDocument } from '../../lib/check/fix-yaml';
import type { Edit } from '../../lib/check/rule';

const TEXT = `# head
apiVersion: v1beta1   # old
kind: Thing
metadata: {name: web, labels: {a: b}}
spec:
    # about the backend
    serviceName: web
    list:
    - name: one
      port: 80
    - name: two
`;

const set = (path: Edit['path'], value: unknown): Edit => ({ op: 'set', path, value });
const remove = (...path: Edit['path']): Edit => ({ op: 'remove', path });
const fix = (...edits: Edit[]) => tryFixDocument(yaml, TEXT, edits);

describe('an edit of a YAML document', () => {
  it('changes a value where it stands', () => {
    expect(fix(set(['apiVersion'], 'v1'))).toBe(TEXT.replace('v1beta1', 'v1'));
    expect(fix(set(['spec', 'list', 0, 'port'], 'http: 1'))).toBe(TEXT.replace('port: 80', 'port: "http: 1"'));
  });

  it('adds a line, and takes one out', () => {
    expect(fix(set(['spec', 'list', 1, 'port'], 81))).toBe(`${TEXT}      port: 81\n`);
    expect(fix(set(['spec', 'pathType'], 'Prefix'))).toBe(`${TEXT}    pathType: Prefix\n`);
    expect(fix(remove('spec', 'serviceName'))).toBe(TEXT.replace('    serviceName: web\n', ''));
    expect(fix(remove('spec', 'list', 0, 'port'))).toBe(TEXT.replace('      port: 80\n', ''));
  });

  it('means what it says also where the document has to be written anew, and keeps comments', () => {
    const fixed = fix(set(['metadata', 'labels', 'c'], 'd'), remove('spec', 'list', 0), set(['spec', 'backend'], { service: { name: 'x', port: { number: 80 } } })) ?? '';
    expect(yaml.parse(fixed)).toMatchObject({ metadata: { labels: { a: 'b', c: 'd' } }, spec: { list: [{ name: 'two' }], backend: { service: { name: 'x', port: { number: 80 } } } } });
    expect(fixed).toContain('metadata: {name: web, labels: {a: b, c: d}}');
    expect(fixed).toContain('# about the backend');
    expect(fixed).toContain('# old');
  });

  it('leaves the layout of a document that has to be written anew', () => {
    const list = 'items:\n- kind: Thing\n  metadata: {name: web}\n  spec:\n    a: [b]\n';
    expect(tryFixDocument(yaml, list, [set(['items', 0, 'metadata', 'namespace'], 'shop')])).toBe(list.replace('{name: web}', '{name: web, namespace: shop}'));
    const indented = 'items:\n  - kind: Thing\n    metadata: { name: web }\n';
    expect(tryFixDocument(yaml, indented, [set(['items', 0, 'metadata', 'namespace'], 'shop')])).toBe(indented.replace('web }', 'web, namespace: shop }'));
  });

  it('that does not fit is left out', () => {
    expect(fix(remove('nothing', 'here'))).toBeUndefined();
  });
});
