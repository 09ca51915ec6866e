import { describe, expect, it } from 'vitest';
import { versionFacts } from '../../lib/api/versions/facts';
import { checkObjects } from '../../lib/check/check-objects';
import { parseKubernetesRange } from '../../lib/check/parse-kubernetes-range';
import type { Edit } from '../../lib/check/rule';
import { upgradeRules } from '../../lib/check/rules/upgrades/index';
import { replacementFix, tryLifecycle, tryReplacement } from '../../lib/check/upgrades/api-lifecycle';

const object = (apiVersion: string, kind: string, more: object = {}) => ({ apiVersion, kind, metadata: { name: 'x' }, ...more });
const check = (manifest: object, versions = '1.28') => checkObjects([manifest] as never, upgradeRules, { kubernetes: parseKubernetesRange(versions) });
const edits = (manifest: object, versions = '1.28'): readonly Edit[] | undefined => check(manifest, versions)[0]?.edits;
const set = (path: string, value: unknown) => ({ op: 'set', path: path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step)), value });

describe('removed API versions', () => {
  it('are errors for versions that do not serve them, and warnings before', () => {
    const flow = object('flowcontrol.apiserver.k8s.io/v1beta3', 'FlowSchema');
    const rulesFor = (versions: string) => check(flow, versions).map(({ rule, severity, fix }) => ({ rule, severity, fix }));
    expect(rulesFor('1.28')).toEqual([]);
    expect(rulesFor('1.29..1.31')).toEqual([{ rule: 'deprecated-api-version', severity: 'warning', fix: 'use flowcontrol.apiserver.k8s.io/v1: twelve check --fix rewrites the object' }]);
    expect(rulesFor('1.29..1.36')).toMatchObject([{ rule: 'removed-api-version', severity: 'error' }]);
    expect(rulesFor('1.28..1.36')).toEqual([{
      rule: 'removed-api-version', severity: 'error', fix: 'no API version of FlowSchema is served by all of 1.28 to 1.36: check for fewer versions at a time',
    }]);
  });

  it('say since when, and what for', () => {
    expect(check(object('batch/v1beta1', 'CronJob'))[0]).toMatchObject({
      field: 'apiVersion', message: 'batch/v1beta1 CronJob is not served from Kubernetes 1.25 on, and the manifests are for 1.28', edits: [set('apiVersion', 'batch/v1')],
    });
  });

  it('of kinds that are defined by the manifests are theirs', () => {
    expect(check(object('stable.example.com/v1beta1', 'CronJob'))).toEqual([]);
  });

  it('deprecated stable kinds are told from the version on that says so', () => {
    expect(check(object('v1', 'Endpoints'), '1.32')).toEqual([]);
    expect(check(object('v1', 'Endpoints'), '1.33')).toMatchObject([{ rule: 'deprecated-api-version', fix: 'use discovery.k8s.io/v1 EndpointSlice' }]);
  });

  const removed = Object.entries(versionFacts().kinds).filter(([, facts]) => facts?.to !== undefined).map(([key]) => key.split(' ') as [string, string]);

  it.each(removed)('%s %s is known to be gone, with what to do', (apiVersion, kind) => {
    const manifest = object(apiVersion, kind) as never;
    const facts = versionFacts().kinds[`${apiVersion} ${kind}`];
    const gone = tryLifecycle(manifest)?.removed ?? Infinity;
    // The API description lists what was off by default for two versions more.
    expect(gone).toBe(apiVersion.startsWith('apps/') || (apiVersion.startsWith('extensions/') && kind !== 'Ingress') ? 16 : (facts?.to ?? 0) + 1);
    const range = { from: versionFacts().newest, to: versionFacts().newest };
    expect(replacementFix(manifest, tryReplacement(manifest, range), 'them')).toMatch(/^(use|remove|write) /);
  });
});

describe('rewrites', () => {
  it('give an Ingress its backends and path types', () => {
    const backend = { serviceName: 'web', servicePort: 'http' };
    expect(edits(object('networking.k8s.io/v1beta1', 'Ingress', { spec: { backend: { serviceName: 'all', servicePort: 80 }, rules: [{ http: { paths: [{ path: '/', backend }] } }] } }))).toEqual([
      set('apiVersion', 'networking.k8s.io/v1'),
      { op: 'remove', path: ['spec', 'backend'] },
      set('spec.defaultBackend', { service: { name: 'all', port: { number: 80 } } }),
      set('spec.rules.0.http.paths.0.pathType', 'ImplementationSpecific'),
      { op: 'remove', path: ['spec', 'rules', 0, 'http', 'paths', 0, 'backend', 'serviceName'] },
      { op: 'remove', path: ['spec', 'rules', 0, 'http', 'paths', 0, 'backend', 'servicePort'] },
      set('spec.rules.0.http.paths.0.backend.service', { name: 'web', port: { name: 'http' } }),
    ]);
  });

  it('give a Deployment the selector that it had by default', () => {
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [] } };
    expect(edits(object('extensions/v1beta1', 'Deployment', { spec: { template, rollbackTo: {} } }))).toEqual([
      set('apiVersion', 'apps/v1'), { op: 'remove', path: ['spec', 'rollbackTo'] }, set('spec.selector', { matchLabels: { app: 'web' } }),
    ]);
    expect(edits(object('extensions/v1beta1', 'Deployment', { spec: { template: {} } }))).toBeUndefined();
    expect(edits(object('extensions/v1beta1', 'DaemonSet', { spec: { template } }))).toContainEqual(set('spec.updateStrategy', { type: 'OnDelete' }));
  });

  it('leave a disruption budget alone whose selector changes its meaning', () => {
    expect(edits(object('policy/v1beta1', 'PodDisruptionBudget', { spec: { selector: { matchLabels: { a: 'b' } } } }))).toEqual([set('apiVersion', 'policy/v1')]);
    expect(check(object('policy/v1beta1', 'PodDisruptionBudget', { spec: { selector: {} } }))[0]).toMatchObject({ fix: expect.stringContaining('an empty selector selected no pods') as string });
    expect(edits(object('policy/v1beta1', 'PodDisruptionBudget', { spec: { selector: {} } }))).toBeUndefined();
  });

  it('turn the metrics of an autoscaler around', () => {
    const metrics = [{ type: 'Resource', resource: { name: 'cpu', targetAverageUtilization: 70 } }];
    expect(edits(object('autoscaling/v2beta1', 'HorizontalPodAutoscaler', { spec: { metrics } }))).toContainEqual(set('spec.metrics.0.resource.target', { type: 'Utilization', averageUtilization: 70 }));
  });

  it('turn endpoint topology into fields, if it is no more than that', () => {
    const slice = (topology: object) => object('discovery.k8s.io/v1beta1', 'EndpointSlice', { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'], topology }] });
    expect(edits(slice({ 'kubernetes.io/hostname': 'a' }))).toContainEqual(set('endpoints.0.nodeName', 'a'));
    expect(edits(slice({ 'example.com/rack': 'a' }))).toBeUndefined();
  });

  it('are not made when the newer version lacks a field', () => {
    expect(edits(object('batch/v1beta1', 'CronJob', { spec: { schedul: '@daily' } }))).toBeUndefined();
  });

  it('rename the shares of a priority level', () => {
    const level = (shares: number) => object('flowcontrol.apiserver.k8s.io/v1beta2', 'PriorityLevelConfiguration', { spec: { type: 'Limited', limited: { assuredConcurrencyShares: shares } } });
    expect(edits(level(5), '1.30')).toContainEqual(set('spec.limited.nominalConcurrencyShares', 5));
    expect(edits(level(0), '1.30')?.filter(({ op }) => op === 'set')).toEqual([set('apiVersion', 'flowcontrol.apiserver.k8s.io/v1')]);
  });
});
