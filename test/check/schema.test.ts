import { describe, expect, it } from 'vitest';
import { checkObjects } from '../../lib/check/check-objects';
import { parseKubernetesRange } from '../../lib/check/parse-kubernetes-range';
import { schemaRules } from '../../lib/check/rules/schema/index';

const pod = (spec: object = {}, container: object = {}) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'web', image: 'nginx:1.27.3', ...container }], ...spec } });
const object = (apiVersion: string, kind: string, more: object = {}) => ({ apiVersion, kind, metadata: { name: 'x' }, ...more });

const check = (objects: readonly object[], versions = '1.28') => (
  checkObjects(objects as never, schemaRules, { kubernetes: parseKubernetesRange(versions) }).map(({ rule, field, message, fix }) => ({ rule, field, message, fix }))
);

describe('fields', () => {
  it('are all told when unknown or of the wrong type, with what was meant', () => {
    expect(check([pod({ restartPolicyy: 'Never', hostNetwork: 'true' }, { port: 80, image: 5 })])).toEqual([
      { rule: 'schema', field: 'spec.containers[0].image', message: 'a number is not text', fix: 'write text, in quotes' },
      { rule: 'schema', field: 'spec.containers[0].port', message: 'there is no such field', fix: 'write ports' },
      { rule: 'schema', field: 'spec.restartPolicyy', message: 'there is no such field', fix: 'write restartPolicy' },
      { rule: 'schema', field: 'spec.hostNetwork', message: 'text is not true or false', fix: 'write true or false, without quotes' },
    ]);
  });

  it('are told where they belong when they are indented wrongly', () => {
    const deployment = object('apps/v1', 'Deployment', { spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { replicas: 2, limits: {}, containers: [{ name: 'a', image: 'b', cpu: 1 }] } } } });
    expect(check([deployment]).map(({ field, fix }) => [field, fix])).toEqual([
      ['spec.template.spec.replicas', 'move replicas out, to spec'],
      ['spec.template.spec.limits', 'remove it'],
      ['spec.template.spec.containers[0].cpu', 'remove it'],
    ]);
    expect(check([pod({}, { limits: { cpu: 1 } })])[0]?.fix).toBe('move limits into resources');
  });

  it('are in brackets below maps', () => {
    expect(check([{ ...pod(), metadata: { name: 'web', labels: { 'a.b/c': 1 } } }])).toMatchObject([{ field: 'metadata.labels[a.b/c]', fix: 'write text, in quotes' }]);
  });
});

describe('values', () => {
  it('are refused as the server does, where it does', () => {
    expect(check([pod({}, { ports: [{ containerPort: 80 }, { containerPort: 81, name: 'a-name-that-is-too-long' }] })])).toEqual([{
      rule: 'server-validation', field: 'spec.containers[0].ports[1].name', message: 'Invalid value: "a-name-that-is-too-long": must be no more than 15 characters', fix: 'change name to what the message asks for',
    }]);
  });

  it('of a Secret may be filled in by the apply', () => {
    const tls = (annotations: object) => ({ ...object('v1', 'Secret', { type: 'kubernetes.io/tls' }), metadata: { name: 'x', annotations } });
    expect(check([tls({})]).map(({ field }) => field)).toEqual(['data[tls.crt]', 'data[tls.key]']);
    expect(check([tls({ 'twelve-factor.dev/secret-values': '{}' })])).toEqual([]);
  });
});

describe('custom resources', () => {
  const version = (name: string, spec: object) => ({ name, served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', required: ['spec'], properties: { spec } } } });
  const definition = (...versions: object[]) => ({ ...object('apiextensions.k8s.io/v1', 'CustomResourceDefinition'), metadata: { name: 'backups.example.com' }, spec: { group: 'example.com', scope: 'Namespaced', names: { kind: 'Backup', plural: 'backups' }, versions } });
  const backups = definition(version('v1', { type: 'object', required: ['schedule'], properties: { schedule: { type: 'string' }, keep: { type: 'integer', minimum: 1 } } }));

  it('are checked against their definition among the manifests', () => {
    expect(check([backups, object('example.com/v1', 'Backup', { spec: { kep: 3, keep: 0 } })]).map(({ rule, field, fix }) => ({ rule, field, fix }))).toEqual([
      { rule: 'schema', field: 'spec.kep', fix: 'write keep' },
      { rule: 'schema', field: 'spec.schedule', fix: 'set schedule' },
      { rule: 'server-validation', field: 'spec.keep', fix: 'change keep to what the message asks for' },
    ]);
    expect(check([backups, object('example.com/v1', 'Backup', { spec: { schedule: '@daily' } })])).toEqual([]);
  });

  it('of a version that the definition does not serve are refused', () => {
    expect(check([backups, object('example.com/v2', 'Backup')])).toMatchObject([{ rule: 'schema', field: 'apiVersion', fix: 'use example.com/v1' }]);
  });

  it('without a definition are not known', () => {
    expect(check([object('example.com/v1', 'Backup')])).toMatchObject([{ rule: 'unknown-kind' }]);
    expect(check([object('gateway.networking.k8s.io/v1', 'HTTPRoute')])).toMatchObject([{ rule: 'unknown-kind' }]);
  });
});

describe('kinds', () => {
  it.each([
    ['apps/v1', 'Deploymnet', 'kind', 'write Deployment'], ['v1', 'Deployment', 'apiVersion', 'use apps/v1'], ['apps/v3', 'Deployment', 'apiVersion', 'use apps/v1'],
    ['a/b/c', 'Deployment', 'apiVersion', 'write group/version, such as apps/v1, or v1'], ['networking.k8s.io/v1', 'ServiceCIDR', 'apiVersion', 'leave it out, or run on Kubernetes 1.33 or newer and check with --kubernetes 1.33'],
    ['flowcontrol.apiserver.k8s.io/v1', 'FlowSchema', 'apiVersion', 'use flowcontrol.apiserver.k8s.io/v1beta2 or flowcontrol.apiserver.k8s.io/v1beta3'],
  ])('%s %s is not served by 1.28', (apiVersion, kind, field, fix) => {
    expect(check([object(apiVersion, kind)])).toMatchObject([{ rule: 'schema', field, fix }]);
  });

  it('that are newer are checked for newer versions', () => {
    expect(check([object('networking.k8s.io/v1', 'ServiceCIDR', { spec: { cidr: ['10.0.0.0/16'] } })], '1.33..1.36').map(({ field, fix }) => [field, fix])).toEqual([['spec.cidr', 'write cidrs']]);
  });
});

describe('versions', () => {
  it('have fields of their own', () => {
    const sleeping = pod({}, { lifecycle: { preStop: { sleep: { seconds: 3 } } } });
    expect(check([sleeping], '1.30')).toEqual([]);
    expect(check([sleeping], '1.27..1.33')).toEqual([{
      rule: 'schema', field: 'spec.containers[0].lifecycle.preStop.sleep',
      message: 'Kubernetes has it from 1.29 on, and the manifests are for 1.27 to 1.33',
      fix: 'remove it, or run on Kubernetes 1.29 or newer and check with --kubernetes 1.29',
    }]);
    expect(check([sleeping]).map(({ field }) => field)).toContain('spec.containers[0].lifecycle.preStop.sleep');
  });

  it('have types of fields that 1.28 does not know', () => {
    expect(check([pod({}, { lifecycle: { stopSignal: 9 } })], '1.36').map(({ field, message }) => [field, message])).toEqual([
      ['spec.containers[0].lifecycle.stopSignal', 'a number is not text'],
    ]);
  });

  it('accept values that 1.28 refuses', () => {
    const dotted = pod({}, { env: [{ name: '1 + 1', value: '2' }] });
    expect(check([dotted])).toMatchObject([{ rule: 'server-validation' }]);
    expect(check([dotted], '1.34')).toEqual([]);
    expect(check([pod({ volumes: [{ name: 'code', image: { reference: 'code:1' } }] })], '1.33')).toEqual([]);
  });

  it('are named singly or as a range', () => {
    expect(parseKubernetesRange('1.30')).toEqual({ from: '1.30', to: '1.30' });
    expect(parseKubernetesRange('v1.27.4..1.33')).toEqual({ from: '1.27', to: '1.33' });
    expect(parseKubernetesRange('1.30..')).toEqual({ from: '1.30', to: '1.36' });
    expect(parseKubernetesRange('..1.30')).toEqual({ from: '1.27', to: '1.30' });
  });

  it.each([
    ['', /is no version/], ['latest', /"latest" is no version of Kubernetes: write it like 1.30/], ['2.0', /is no version/], ['1.20', /1.20 cannot be checked for.*1.27 to 1.36 are known/],
    ['1.99', /cannot be checked for/], ['1.33..1.27', /ends before it begins: write 1.27..1.33/], ['1.27..1.28..1.29', /no range/],
  ])('"%s" is not a version', (text, message) => {
    expect(() => parseKubernetesRange(text)).toThrow(message);
  });
});

describe('what can never change', () => {
  const workload = (kind: string, labels: object, more: object = {}) => object('apps/v1', kind, { spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'a', image: 'b' }] } }, ...more } });

  it.each(['app.kubernetes.io/version', 'helm.sh/chart', 'git-sha', 'example.com/build'])('has no %s in it', (label) => {
    expect(check([workload('Deployment', { app: 'web', [label]: 'x' })])).toMatchObject([{ rule: 'immutable-labels', field: `spec.selector.matchLabels[${label}]` }]);
  });

  it('may name a generation', () => {
    expect(check([workload('Deployment', { app: 'web', version: 'v2' })])).toEqual([]);
    expect(check([workload('Deployment', { app: 'web', version: '1.4.2' })])).toMatchObject([{ rule: 'immutable-labels' }]);
  });

  it('is also a claim template', () => {
    const claim = { metadata: { name: 'data', labels: { 'helm.sh/chart': 'db-1.2.3' } }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };
    expect(check([workload('StatefulSet', { app: 'db' }, { serviceName: 'db', volumeClaimTemplates: [claim] })])).toMatchObject([{ field: 'spec.volumeClaimTemplates[0].metadata.labels[helm.sh/chart]' }]);
  });

  it('is the address of a Service', () => {
    const service = (clusterIP: string) => object('v1', 'Service', { spec: { clusterIP, selector: { a: 'b' }, ports: [{ port: 80 }] } });
    expect(check([service('10.0.0.7')])).toMatchObject([{ rule: 'fixed-cluster-ip', field: 'spec.clusterIP' }]);
    expect(check([service('None')])).toEqual([]);
  });
});
