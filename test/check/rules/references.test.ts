import { describe, expect, it } from 'vitest';
import { documents, found } from './read';

const configMap = (name: string, data = '{ a: "1" }', metadata = '') => `{ apiVersion: v1, kind: ConfigMap, metadata: { name: ${name}${metadata} }, data: ${data} }`;
const secret = (name: string, more = '') => `{ apiVersion: v1, kind: Secret, metadata: { name: ${name} }, stringData: { password: x }${more} }`;
const pod = (spec: string, container = '', namespace = '') => `{ apiVersion: v1, kind: Pod, metadata: { name: web${namespace} }, spec: { containers: [{ name: web, image: 'shop:1'${container} }]${spec} } }`;
const from = (kind: 'configMap' | 'secret', name: string, optional = false) => pod('', `, envFrom: [{ ${kind}Ref: { name: ${name}, optional: ${optional} } }]`);

describe('a ConfigMap or Secret that is not among the manifests', () => {
  it('is nothing to speak of where there is none at all: it may be in the cluster', () => {
    expect(found('dangling-config', from('secret', 'db'))).toEqual([]);
    expect(found('dangling-config', documents(from('secret', 'db'), configMap('settings')))).toEqual([]);
  });

  it('is conspicuous beside others, with the name that was meant', () => {
    expect(found('dangling-config', documents(from('secret', 'db'), secret('mail')))).toEqual([
      'Pod/web spec.containers[0].envFrom[0].secretRef.name: Secret db is not among these manifests → add Secret db, or correct the name; if something else makes it, ignore the finding with that as the reason',
    ]);
    expect(found('dangling-config', documents(from('configMap', 'web-setings'), configMap('web-settings')))).toEqual([
      'Pod/web spec.containers[0].envFrom[0].configMapRef.name: ConfigMap web-setings is not among these manifests, but web-settings is → write web-settings, or add ConfigMap web-setings',
    ]);
  });

  it('is not conspicuous beside Secrets whose values are kept elsewhere', () => {
    expect(found('dangling-config', documents(from('secret', 'payment'), "{ apiVersion: v1, kind: Secret, metadata: { name: mail, annotations: { twelve-factor.dev/secret-values: '{}' } } }"))).toEqual([]);
    expect(found('dangling-config', documents(from('secret', 'payment'), '{ apiVersion: cert-manager.io/v1, kind: Certificate, metadata: { name: c }, spec: { secretName: shop-tls } }'))).toEqual([]);
  });

  it('is no finding where the pod runs without it, and none where every namespace has one', () => {
    expect(found('dangling-config', documents(from('secret', 'db', true), secret('mail')))).toEqual([]);
    expect(found('dangling-config', documents(from('configMap', 'kube-root-ca.crt'), configMap('settings')))).toEqual([]);
  });

  it('is not taken for a typing error where only numbers differ', () => {
    expect(found('dangling-config', documents(from('configMap', 'settings-1'), configMap('settings-2')))[0]).not.toContain('but settings-2');
  });

  it('is found in volumes, projected ones, too', () => {
    const volumes = pod(', volumes: [{ name: a, configMap: { name: x } }, { name: b, projected: { sources: [{ secret: { name: db } }, { configMap: { name: settings } }] } }]');
    expect(found('dangling-config', documents(volumes, configMap('settings'), secret('mail'))).map((text) => text.split(':')[0])).toEqual([
      'Pod/web spec.volumes[0].configMap.name', 'Pod/web spec.volumes[1].projected.sources[0].secret.name',
    ]);
  });

  it('is in another namespace', () => {
    const [text] = found('dangling-config', documents(pod('', ', envFrom: [{ configMapRef: { name: settings } }]', ', namespace: shop'), configMap('settings', '{}', ', namespace: shpo')));
    expect(text).toContain('ConfigMap settings is in namespace shpo, and this looks in shop');
    expect(found('dangling-config', documents(pod('', ', envFrom: [{ configMapRef: { name: settings } }]', ', namespace: shop'), configMap('settings')))).toEqual([]);
  });

  it.each([
    '{ apiVersion: cert-manager.io/v1, kind: Certificate, metadata: { name: c }, spec: { secretName: db } }',
    '{ apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: { name: db }, spec: { secretStoreRef: { name: vault } } }',
    '{ apiVersion: bitnami.com/v1alpha1, kind: SealedSecret, metadata: { name: db }, spec: { encryptedData: {} } }',
    '{ apiVersion: databases.example.com/v1, kind: Database, metadata: { name: x }, spec: { credentials: { into: db } } }',
  ])('is there when it is made by a custom resource: %s', (maker) => {
    expect(found('dangling-config', documents(from('secret', 'db'), secret('mail'), maker))).toEqual([]);
  });

  it('is there when an operator names it after its own resource', () => {
    const cluster = '{ apiVersion: postgresql.cnpg.io/v1, kind: Cluster, metadata: { name: orders }, spec: { instances: 3 } }';
    expect(found('dangling-config', documents(from('secret', 'orders-app'), secret('mail'), cluster))).toEqual([]);
  });
});

describe('a key that is missing', () => {
  const files = (kind: string, more = '') => pod(`, volumes: [{ name: files, ${kind}: { ${kind === 'secret' ? 'secretName' : 'name'}: settings, items: [{ key: b, path: b }]${more} } }]`);

  it('is found in the items of volumes, unless they are optional', () => {
    expect(found('missing-key', documents(files('configMap'), configMap('settings')))).toEqual([
      'Pod/web spec.volumes[0].configMap.items[0].key: volume files refers to the key b of ConfigMap settings, which has a → write a, or add the key b',
    ]);
    expect(found('missing-key', documents(files('secret'), secret('settings')))).toHaveLength(1);
    expect(found('missing-key', documents(files('configMap', ', optional: true'), configMap('settings')))).toEqual([]);
  });

  it('is nobody\'s fault where something else adds keys', () => {
    const external = '{ apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: { name: x }, spec: { target: { name: settings, creationPolicy: Merge } } }';
    expect(found('missing-key', documents(files('secret'), secret('settings'), external))).toEqual([]);
  });

  it('becomes a directory where one file is mounted', () => {
    const mount = (subPath: string) => pod(', volumes: [{ name: files, configMap: { name: settings } }]', `, volumeMounts: [{ name: files, mountPath: /etc/app.conf, subPath: ${subPath} }]`);
    expect(found('missing-file', documents(mount('ap.conf'), configMap('settings', '{ app.conf: x }')))).toEqual([
      'Pod/web spec.containers[0].volumeMounts[0].subPath: ConfigMap settings has no file ap.conf; it has app.conf → write app.conf',
    ]);
    expect(found('missing-file', documents(mount('app.conf'), configMap('settings', '{ app.conf: x }')))).toEqual([]);
    expect(found('missing-file', mount('app.conf'))).toEqual([]);
  });
});

describe('a claim', () => {
  const uses = (name: string) => pod(`, volumes: [{ name: data, persistentVolumeClaim: { claimName: ${name} } }]`);
  const claim = '{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: other }, spec: { accessModes: [ReadWriteOnce] } }';

  it('of a StatefulSet is there', () => {
    const set = '{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: db }, spec: { volumeClaimTemplates: [{ metadata: { name: data } }], template: { spec: { containers: [] } } } }';
    expect(found('dangling-claim', documents(uses('data-db-0'), claim, set))).toEqual([]);
    expect(found('dangling-claim', documents(uses('data-web-0'), claim, set))).toHaveLength(1);
  });
});

describe('roles and accounts', () => {
  const account = '{ apiVersion: v1, kind: ServiceAccount, metadata: { name: reporter } }';
  const clusterRole = '{ apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: { name: reads-pods }, rules: [] }';
  const binding = (role: string, subject = 'reporter') => `{ apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: { name: b }, roleRef: { kind: ClusterRole, name: '${role}' }, subjects: [{ kind: ServiceAccount, name: ${subject}, namespace: shop }] }`;

  it.each(['view', 'cluster-admin', 'system:auth-delegator'])('%s is in every cluster', (role) => {
    expect(found('dangling-role', documents(binding(role), clusterRole, account))).toEqual([]);
  });

  it('are found by role and by subject', () => {
    expect(found('dangling-role', documents(binding('read-pods'), clusterRole, account))).toEqual(['ClusterRoleBinding/b roleRef.name: ClusterRole read-pods is not among these manifests, but reads-pods is → write reads-pods, or add ClusterRole read-pods']);
    expect(found('dangling-role', documents(binding('view'), account.replace('reporter', 'reporter, namespace: ops')))).toHaveLength(1);
  });

  it('of the cluster are shared: one that is elsewhere is not conspicuous', () => {
    expect(found('dangling-role', documents(binding('prometheus'), clusterRole, account))).toEqual([]);
  });

  it('leave the default ServiceAccount alone', () => {
    expect(found('dangling-service-account', documents(pod(', serviceAccountName: default'), account))).toEqual([]);
    expect(found('dangling-service-account', documents(pod(', serviceAccountName: report'), account))).toHaveLength(1);
  });
});

describe('a StatefulSet', () => {
  const set = '{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: db }, spec: { serviceName: db, selector: { matchLabels: { app: db } }, template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: db, image: "x:1" }] } } } }';
  const service = (spec: string) => `{ apiVersion: v1, kind: Service, metadata: { name: db }, spec: { ${spec} } }`;

  it('wants its Service: there, headless, with its pods', () => {
    expect(found('governing-service', set)[0]).toContain('Service db is not among these manifests');
    expect(found('governing-service', documents(set, service('selector: { app: db }')))[0]).toContain('is not headless');
    expect(found('governing-service', documents(set, service('clusterIP: None, selector: { app: web }')))[0]).toContain('selects other pods');
    expect(found('governing-service', documents(set, service('clusterIP: None, selector: { app: db }')))).toEqual([]);
  });
});

describe('duplicates', () => {
  it('are the same object in another version, and not another group or namespace', () => {
    const scaler = (version: string) => `{ apiVersion: autoscaling/${version}, kind: HorizontalPodAutoscaler, metadata: { name: web } }`;
    expect(found('duplicate-object', documents(scaler('v1'), scaler('v2')))).toHaveLength(1);
    expect(found('duplicate-object', documents(configMap('a'), configMap('a', '{}', ', namespace: b')))).toEqual([]);
    expect(found('duplicate-object', documents('{ apiVersion: v1, kind: Event, metadata: { name: a } }', '{ apiVersion: events.k8s.io/v1, kind: Event, metadata: { name: a } }'))).toEqual([]);
  });
});

describe('autoscalers', () => {
  it('of what is not there are found beside workloads, and alone only where the name is nearly right', () => {
    const scaler = '{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: web }, spec: { scaleTargetRef: { kind: Deployment, name: web } } }';
    expect(found('scale-target', scaler)).toEqual([]);
    expect(found('scale-target', documents(scaler, '{ apiVersion: apps/v1, kind: Deployment, metadata: { name: api } }'))).toHaveLength(1);
  });
});

describe('a namespace', () => {
  it('is told once, and only beside others', () => {
    const namespaced = documents(configMap('a', '{}', ', namespace: shop'), configMap('b', '{}', ', namespace: shop'), configMap('c', '{}', ', namespace: default'));
    expect(found('undefined-namespace', namespaced)).toEqual([]);
    const blog = '{ apiVersion: v1, kind: Namespace, metadata: { name: blog } }';
    expect(found('undefined-namespace', documents(namespaced, blog))).toHaveLength(1);
    expect(found('undefined-namespace', documents(blog, '{ apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: { name: reads-leases, namespace: shop } }'))).toEqual([]);
  });
});
