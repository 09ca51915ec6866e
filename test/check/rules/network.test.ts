import { describe, expect, it } from 'vitest';
import { documents, found } from './read';

const pod = (name: string, labels: string, ports = '', namespace = '') => `{ apiVersion: v1, kind: Pod, metadata: { name: ${name}, labels: { ${labels} }${namespace} }, spec: { containers: [{ name: a, image: 'shop:1', ports: [${ports}] }] } }`;
const service = (spec: string, metadata = '') => `{ apiVersion: v1, kind: Service, metadata: { name: web${metadata} }, spec: { ${spec} } }`;
const policy = (spec: string, name = 'p') => `{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: ${name} }, spec: { ${spec} } }`;
const HTTP = '{ name: http, containerPort: 8080 }';

describe('a Service', () => {
  const selects = service('selector: { app: web }, ports: [{ port: 80 }]');

  it('alone in its manifests is nothing to speak of: its pods are elsewhere', () => {
    expect(found('service-selects-nothing', selects)).toEqual([]);
  });

  it('of pods that an operator makes is right', () => {
    const cluster = '{ apiVersion: postgresql.cnpg.io/v1, kind: Cluster, metadata: { name: orders } }';
    expect(found('service-selects-nothing', documents(service('selector: { cnpg.io/cluster: orders, role: primary }'), pod('web', 'app: web'), cluster))).toEqual([]);
    expect(found('service-selects-nothing', documents(service('selector: { app: shop }'), pod('web', 'app: web'), cluster))).toHaveLength(1);
  });

  it('of one pod of a StatefulSet selects by a label that no template has', () => {
    const set = '{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: db }, spec: { template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: db, image: "db:1" }] } } } }';
    expect(found('service-selects-nothing', documents(set, service('selector: { statefulset.kubernetes.io/pod-name: db-0 }')))).toEqual([]);
    expect(found('service-selects-nothing', documents(set, service('selector: { app: db, statefulset.kubernetes.io/pod-name: db-0 }')))).toEqual([]);
    expect(found('service-selects-nothing', documents(set, service('selector: { statefulset.kubernetes.io/pod-name: web-0 }')))).toHaveLength(1);
  });

  it('in another namespace than its pods is found', () => {
    expect(found('service-selects-nothing', documents(service('selector: { app: web }', ', namespace: shop'), pod('web', 'app: web', '', ', namespace: shpo')))).toEqual([
      'Service/web spec.selector: Pod web has these labels and is in namespace shpo, the Service in shop → put both into the same namespace',
    ]);
  });

  it('sends to a name that a container gives to its port, with the same protocol', () => {
    const to = (target: string) => service(`selector: { app: web }, ports: [{ port: 80, targetPort: ${target} }]`);
    expect(found('service-port', documents(to('http'), pod('web', 'app: web', HTTP)))).toEqual([]);
    expect(found('service-port', documents(to('web'), pod('web', 'app: web', HTTP)))).toEqual([
      'Service/web spec.ports[0].targetPort: no container of Pod web has a TCP port named web; it lists http (8080) → use a name that a container gives to its port, or add name: web to it',
    ]);
    expect(found('service-port', documents(to('http'), pod('web', 'app: web', '{ name: http, containerPort: 8080, protocol: UDP }')))).toHaveLength(1);
  });

  it('sends to a number that its pods list, if they list any', () => {
    expect(found('service-port-unlisted', documents(selects, pod('web', 'app: web')))).toEqual([]);
    expect(found('service-port-unlisted', documents(selects, pod('web', 'app: web', HTTP)))).toEqual([
      'Service/web spec.ports[0].targetPort: the containers of Pod web list http (8080), not 80/TCP → set targetPort: http',
    ]);
  });

  it('may select two workloads that both listen, and not one that does not', () => {
    const to = service('selector: { app: web }, ports: [{ port: 80, targetPort: http }]');
    expect(found('service-mixes-workloads', documents(to, pod('stable', 'app: web, track: stable', HTTP), pod('canary', 'app: web, track: canary', HTTP)))).toEqual([]);
    expect(found('service-mixes-workloads', documents(to, pod('stable', 'app: web', HTTP), pod('worker', 'app: web')))).toHaveLength(1);
  });

  it.each([['name: dns-udp, port: 53', 1], ['name: dns-udp, port: 53, protocol: UDP', 0], ['name: http, port: 443', 1], ['name: http, port: 443, targetPort: 8080', 0], ['name: https, port: 80, appProtocol: https', 0]])('with the port %s has %i findings', (port, count) => {
    expect(found('port-name', service(`ports: [{ ${port} }]`))).toHaveLength(count);
  });

  it.each([['10.0.0.1', 1], ['localhost', 1], ['web', 1], ['db.example.com', 0]])('with the external name %s has %i findings', (name, count) => {
    expect(found('external-name', service(`type: ExternalName, externalName: ${name}`))).toHaveLength(count);
  });
});

describe('workloads', () => {
  const deployment = (name: string, selector: string, labels = selector) => `{ apiVersion: apps/v1, kind: Deployment, metadata: { name: ${name} }, spec: { selector: { matchLabels: { ${selector} } }, template: { metadata: { labels: { ${labels} } }, spec: { containers: [{ name: a, image: 'shop:1' }] } } } }`;

  it('overlap where the selector of one matches the pods of another one, in that direction', () => {
    expect(found('overlapping-selectors', documents(deployment('web', 'app: shop'), deployment('worker', 'app: shop, process: worker')))).toEqual([
      'Deployment/web spec.selector: app=shop also matches the pods of Deployment worker → add a label that says which process it is to the selector and to the template of each',
    ]);
    expect(found('overlapping-selectors', documents(deployment('web', 'app: shop, process: web'), deployment('worker', 'app: shop, process: worker')))).toEqual([]);
  });

  it('may have the host ports of others where they are told apart by nodes', () => {
    const daemon = (name: string, more = '') => `{ apiVersion: apps/v1, kind: DaemonSet, metadata: { name: ${name} }, spec: { template: { spec: { containers: [{ name: a, image: 'a:1', ports: [{ containerPort: 1, hostPort: 9100 }] }]${more} } } } }`;
    expect(found('host-port-clash', documents(daemon('a'), daemon('b')))).toHaveLength(1);
    expect(found('host-port-clash', documents(daemon('a'), daemon('b', ', nodeSelector: { gpu: "true" }')))).toEqual([]);
  });
});

describe('an Ingress', () => {
  const ingress = (backend: string, metadata = '', name = 'shop') => `{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: ${name}${metadata} }, spec: { rules: [{ host: shop.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: ${backend} } }] } }] } }`;
  const web = service('selector: { app: web }, ports: [{ name: http, port: 80, targetPort: 8080 }]');

  it('alone in its manifests is nothing to speak of', () => {
    expect(found('ingress-backend', ingress('{ name: web, port: { number: 80 } }'))).toEqual([]);
    expect(found('ingress-backend', documents(ingress('{ name: api, port: { number: 80 } }'), web))).toHaveLength(1);
  });

  it('wants the port of the Service, not of the container', () => {
    expect(found('ingress-backend-port', documents(ingress('{ name: web, port: { number: 8080 } }'), web))).toEqual([
      'Ingress/shop spec.rules[0].http.paths[0].backend.service.port.number: Service web has http (80), not 8080 → use number: 80',
    ]);
    expect(found('ingress-backend-port', documents(ingress('{ name: web, port: { name: http } }'), web))).toEqual([]);
    expect(found('ingress-backend-port', documents(ingress('{ name: web, port: { name: web } }'), web))).toHaveLength(1);
  });

  it('shares a path with a canary on purpose', () => {
    const backend = '{ name: web, port: { number: 80 } }';
    expect(found('ingress-conflict', documents(ingress(backend), ingress(backend, '', 'other')))).toHaveLength(1);
    expect(found('ingress-conflict', documents(ingress(backend), ingress(backend, ', annotations: { nginx.ingress.kubernetes.io/canary: "true" }', 'other')))).toEqual([]);
  });

  it('has its certificate from cert-manager, or a Secret with both halves', () => {
    const tls = (annotations = '') => `{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: shop${annotations} }, spec: { tls: [{ secretName: shop-tls }] } }`;
    const secret = (name: string, data: string) => `{ apiVersion: v1, kind: Secret, metadata: { name: ${name} }, data: ${data} }`;
    expect(found('ingress-certificate', tls())).toEqual([]);
    expect(found('ingress-certificate', documents(tls(), secret('shop-tsl', '{}')))[0]).toContain('write shop-tsl');
    expect(found('ingress-certificate', documents(tls(', annotations: { cert-manager.io/issuer: x }'), secret('shop-tsl', '{}')))).toEqual([]);
    expect(found('ingress-certificate', documents(tls(), secret('shop-tls', '{ tls.crt: a }')))[0]).toContain('has no tls.key');
  });
});

describe('a network policy', () => {
  const pods = documents(pod('web', 'app: web', HTTP), pod('db', 'app: db'));

  it('selects pods, unless they are in another namespace', () => {
    expect(found('policy-selects-nothing', documents(pods, policy('podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: wbe } } }] }]')))).toEqual([
      'NetworkPolicy/p spec.ingress[0].from[0].podSelector: no pod of these manifests has app=wbe → Pod web has app=web: use its labels',
    ]);
    expect(found('policy-selects-nothing', documents(pods, policy('podSelector: {}, ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: prometheus } } }] }]')))).toEqual([]);
  });

  it('opens a port of the container, by name or number', () => {
    const opens = (port: string | number) => documents(pods, policy(`podSelector: { matchLabels: { app: web } }, ingress: [{ ports: [{ port: ${port} }] }]`));
    expect(found('policy-port', opens('http'))).toEqual([]);
    expect(found('policy-port', opens('web'))).toHaveLength(1);
    expect(found('policy-port', opens(9090))).toEqual([]);
    expect(found('policy-port', documents(opens(80), service('selector: { app: web }, ports: [{ port: 80, targetPort: http }]')))).toHaveLength(1);
  });

  it('that allows nothing cuts off on purpose; one that allows other pods needs DNS, from whichever policy', () => {
    const toDb = policy('podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: {} }] }]');
    expect(found('policy-blocks-dns', documents(pods, policy('podSelector: {}, policyTypes: [Egress]')))).toEqual([]);
    expect(found('policy-blocks-dns', documents(pods, toDb))).toHaveLength(1);
    expect(found('policy-blocks-dns', documents(pods, toDb, policy('podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 53, protocol: UDP }] }]', 'dns')))).toEqual([]);
    expect(found('policy-blocks-dns', documents(pods, policy('podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }]')))).toEqual([]);
    expect(found('policy-blocks-dns', documents(pods, policy('podSelector: {}, policyTypes: [Ingress], egress: [{ to: [{ podSelector: {} }] }]')))).toEqual([]);
  });
});
