import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../lib/apply/load/parse-manifests';

describe('manifests in a file', () => {
  it('are any number of documents, comments and empty ones left out, Lists taken apart', () => {
    const text = '# first\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n---\n# nothing\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: b}}\n';
    expect(parseManifests(text, 'all.yaml').map(({ object, source }) => `${object.kind} ${object.metadata.name} ${source}`)).toEqual(['ConfigMap a all.yaml:2', 'Secret b all.yaml:9']);
  });

  it('that do not parse are refused with their line in the file, all at once', () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\n  kind: wrong\n---\nkind: ConfigMap\n---\napiVersion: v1\nkind: ConfigMap\n';
    const message = () => parseManifests(text, 'all.yaml');
    expect(message).toThrow(/all\.yaml:6: /);
    expect(message).toThrow(/all\.yaml:8: apiVersion is missing/);
    expect(message).toThrow(/all\.yaml:10: ConfigMap has no metadata\.name/);
  });

  it('with a key written twice are refused: one of the values would be lost', () => {
    expect(() => parseManifests('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: "1"\n  x: "2"\n', 'twice.yaml')).toThrow(/twice\.yaml:6: key "x" already set/);
  });
});
