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
    const mistyped = object('batch/v1beta1', 'CronJob', { spec: { schedul: '@daily' } });
    expect(edits(mistyped)).toBeUndefined();
    expect(check(mistyped)[0]?.fix).toBe('use batch/v1; correct spec.schedul first, and twelve check --fix rewrites the object');
  });

  it('rename the shares of a priority level', () => {
    const level = (shares: number) => object('flowcontrol.apiserver.k8s.io/v1beta2', 'PriorityLevelConfiguration', { spec: { type: 'Limited', limited: { assuredConcurrencyShares: shares } } });
    expect(edits(level(5), '1.30')).toContainEqual(set('spec.limited.nominalConcurrencyShares', 5));
    expect(edits(level(0), '1.30')?.filter(({ op }) => op === 'set')).toEqual([set('apiVersion', 'flowcontrol.apiserver.k8s.io/v1')]);
  });
});

describe('deprecated fields', () => {
  const pod = (spec: object, annotations: object = {}, container: object = {}) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', annotations }, spec: { containers: [{ name: 'web', image: 'nginx:1.27.3', ...container }], ...spec } });
  const remove = (annotation: string) => ({ op: 'remove', path: ['metadata', 'annotations', annotation] });

  it('are the security profiles in annotations, which have no effect any more', () => {
    const seccomp = 'seccomp.security.alpha.kubernetes.io/pod';
    expect(check(pod({}, { [seccomp]: 'localhost/a.json' }))).toMatchObject([{ rule: 'deprecated-field', field: `metadata.annotations[${seccomp}]`, fix: 'use the field spec.securityContext.seccompProfile' }]);
    expect(edits(pod({}, { [seccomp]: 'localhost/a.json' }))).toEqual([remove(seccomp), set('spec.securityContext.seccompProfile', { type: 'Localhost', localhostProfile: 'a.json' })]);
    expect(edits(pod({ securityContext: { seccompProfile: { type: 'Unconfined' } } }, { [seccomp]: 'docker/default' }))).toEqual([remove(seccomp)]);
  });

  it('are the AppArmor annotations where all versions have the field', () => {
    const annotation = 'container.apparmor.security.beta.kubernetes.io/web';
    expect(check(pod({}, { [annotation]: 'runtime/default' }))).toEqual([]);
    expect(edits(pod({}, { [annotation]: 'runtime/default' }), '1.30')).toEqual([remove(annotation), set('spec.containers.0.securityContext.appArmorProfile', { type: 'RuntimeDefault' })]);
    expect(edits(pod({}, { [`${annotation}x`]: 'runtime/default' }), '1.30')).toBeUndefined();
  });

  it('are the old labels of nodes, wherever they are named', () => {
    expect(edits(pod({ nodeSelector: { 'beta.kubernetes.io/os': 'linux' } }))).toEqual([
      { op: 'remove', path: ['spec', 'nodeSelector', 'beta.kubernetes.io/os'] }, { op: 'set', path: ['spec', 'nodeSelector', 'kubernetes.io/os'], value: 'linux' },
    ]);
    const matchExpressions = [{ key: 'node-role.kubernetes.io/master', operator: 'Exists' }];
    const topologyKey = 'failure-domain.beta.kubernetes.io/zone';
    expect(check(pod({
      affinity: {
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } },
        podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { topologyKey } }] },
      },
      topologySpreadConstraints: [{ topologyKey }],
    })).map(({ fix, field }) => [fix, field])).toEqual([
      ['use topology.kubernetes.io/zone', 'spec.topologySpreadConstraints[0].topologyKey'],
      ['use node-role.kubernetes.io/control-plane', 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key'],
      ['use topology.kubernetes.io/zone', 'spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.topologyKey'],
    ]);
  });

  it('are volumes of kinds that go', () => {
    expect(check(pod({ volumes: [{ name: 'code', gitRepo: { repository: 'x' } }] }))).toMatchObject([{ field: 'spec.volumes[0].gitRepo', fix: 'clone in an init container into an emptyDir' }]);
  });

  it('are annotations of other objects', () => {
    const annotated = (apiVersion: string, kind: string, annotations: object, spec: object = {}) => ({ ...object(apiVersion, kind, { spec }), metadata: { name: 'x', annotations } });
    const ingress = annotated('networking.k8s.io/v1', 'Ingress', { 'kubernetes.io/ingress.class': 'nginx' });
    expect(check(ingress)).toMatchObject([{ fix: 'use spec.ingressClassName, with the name of an IngressClass' }]);
    expect(edits(ingress)).toBeUndefined();
    const withClass = checkObjects([ingress, { ...object('networking.k8s.io/v1', 'IngressClass'), metadata: { name: 'nginx' } }] as never, upgradeRules);
    expect(withClass[0]?.edits).toEqual([remove('kubernetes.io/ingress.class'), set('spec.ingressClassName', 'nginx')]);
    expect(edits(annotated('v1', 'Service', { 'service.alpha.kubernetes.io/tolerate-unready-endpoints': 'true' }))).toContainEqual(set('spec.publishNotReadyAddresses', true));
    expect(edits(annotated('v1', 'PersistentVolumeClaim', { 'volume.beta.kubernetes.io/storage-class': 'fast' }))).toContainEqual(set('spec.storageClassName', 'fast'));
  });

  it('are time zones in schedules', () => {
    expect(edits(object('batch/v1', 'CronJob', { spec: { schedule: 'TZ=Asia/Tokyo 0 3 * * *' } }))).toEqual([set('spec.schedule', '0 3 * * *'), set('spec.timeZone', 'Asia/Tokyo')]);
  });
});
