import { describe, expect, it } from 'vitest';
import { fieldSteps } from '../../lib/check/field-path';
import { PlainYamlLocator } from '../../lib/check/locate-plain-yaml';
import { YamlLocator } from '../../lib/check/locate-yaml';
import { readManifests } from '../../lib/check/read-manifests';
import { syntaxRule } from '../../lib/check/syntax-rule';
import * as yaml from 'yaml';
import { checkText, places } from './read';

/** The text from a field's place on. Where the document is plain, both ways of finding it agree. */
function at(text: string, field: string, object = 0): string {
  const { origin } = readManifests(text, 'all.yaml').manifests[object];
  const position = new YamlLocator(yaml).locate(origin, field);
  const plain = new PlainYamlLocator().tryLocate(origin, field);
  if (plain) expect(plain).toEqual(position);
  return text.split('\n')[position.line - 1].slice(position.column - 1);
}

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    app.kubernetes.io/name: web
spec:
  template:
    spec:
      containers:
      - name: web
        image: shop
        ports: [{containerPort: 80}, {containerPort: 81, name: admin}]
`;

describe('the place of a field in YAML', () => {
  it.each([
    ['spec.template.spec.containers[0].image', 'image: shop'],
    ['spec.template.spec.containers[web].image', 'image: shop'],
    ['spec.template.spec.containers[0].ports[1].name', 'name: admin}]'],
    ['metadata.labels[app.kubernetes.io/name]', 'app.kubernetes.io/name: web'],
    ['metadata.labels.app.kubernetes.io/name', 'app.kubernetes.io/name: web'],
    ['spec.template.spec.containers[0].resources.limits', 'name: web'],
    ['spec.replicas', 'spec:'],
    ['', 'apiVersion: apps/v1'],
  ])('%s is its key, or what it is missing from', (field, text) => {
    expect(at(WEB, field)).toBe(text);
  });

  it('counts from the beginning of the file, through comments, Windows line ends and documents before', () => {
    const text = `# one\n\n---\n# two\n${WEB}---\n\n# three\n${WEB.replaceAll('\n', '\r\n')}`;
    expect(at(text, 'spec.template.spec.containers[0].image', 1)).toBe('image: shop\r');
    expect(new YamlLocator(yaml).locate(readManifests(text, 'all.yaml').manifests[1].origin, 'kind')).toEqual({ file: 'all.yaml', line: 22, column: 1 });
  });

  it('is found in Lists, in JSON, and behind anchors', () => {
    expect(at('apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: a}}\n- apiVersion: v1\n  kind: Secret\n  metadata:\n    name: b\n', 'metadata.name', 1)).toBe('name: b');
    expect(at('{\n  "apiVersion": "v1", "kind": "ConfigMap",\n  "metadata": {"name": "a"},\n  "data": {"x": "1"}\n}', 'data[x]')).toBe('"x": "1"}');
    expect(at('apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - &c\n    name: one\n    image: x\n  - *c\n', 'spec.containers[1].image')).toBe('image: x');
  });

  it('splits paths at dots outside of brackets', () => {
    expect(fieldSteps('spec.ports[0].name')).toEqual(['spec', 'ports', '0', 'name']);
    expect(fieldSteps('metadata.annotations[a.b/c-d].x')).toEqual(['metadata', 'annotations', 'a.b/c-d', 'x']);
    expect(fieldSteps('data["a b"]')).toEqual(['data', 'a b']);
  });
});

describe('what cannot be read', () => {
  it('is a finding with its line, and the other documents are checked', async () => {
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\n  kind: wrong\n---\n${WEB}---\nkind: ConfigMap\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  a: "1"\n  a: "2"\n`;
    expect((await places(text)).filter((place) => /syntax|floating/.test(place))).toEqual([
      'error syntax all.yaml:6:1', 'error syntax all.yaml:22:1', 'error syntax all.yaml:29:1', 'warning floating-tag all.yaml:19:9',
    ]);
  });

  it('is said to be a template of Helm where it looks like one, and Helm\'s comment names the template', () => {
    expect(checkText('kind: {{ .Values.kind }}\nmetadata:\n  name: {{ x }}\n').findings[0].fix).toContain('helm template . | twelve check -');
    expect(readManifests(`---\n# Source: shop/templates/web.yaml\n${WEB}`, 'standard input').manifests[0].origin.template).toBe('shop/templates/web.yaml');
  });

  it('has examples like other rules', () => {
    expect(checkText(syntaxRule.examples.fails).findings.map(({ rule }) => rule)).toEqual(['syntax']);
    expect(checkText(syntaxRule.examples.passes).findings).toEqual([]);
  });
});
