import 'reflect-metadata';
import { KeyObject, webcrypto } from 'node:crypto';
import { once } from 'node:events';
import http2 from 'node:http2';
import tls from 'node:tls';
import { X509CertificateGenerator } from '@peculiar/x509';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCertificateAuthority, issueCertificate } from '../../lib/cluster/pki/certificate-authority';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { ask, edgeOf, startEdgeLoad, upgrade, type EdgeAddress } from './harness/edge';
import { eventually } from './harness/eventually';
import type { Kubectl } from './harness/kubectl';

interface Backend { readonly service: { readonly name: string; readonly port: { readonly name?: string; readonly number?: number } } }
interface Path { readonly path: string; readonly pathType: string; readonly backend: unknown }

const to = (name: string, port: { readonly name?: string; readonly number?: number } = { name: 'http' }): Backend => ({ service: { name, port } });
const prefix = (path: string, backend: unknown): Path => ({ path, pathType: 'Prefix', backend });
const rule = (host: string | undefined, ...paths: readonly Path[]) => ({ host, http: { paths } });
const ingress = (name: string, spec: unknown, annotations: Readonly<Record<string, string>> = {}) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name, annotations }, spec });
const list = (...items: readonly unknown[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
const secretOf = (name: string, { cert, key }: { readonly cert: string; readonly key: string }) => ({ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata: { name }, stringData: { 'tls.crt': cert, 'tls.key': key } });

const WEBSOCKET = { key: 'dGhlIHNhbXBsZSBub25jZQ==', accept: 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=' };

/** Answers one handshake (that of RFC 6455's example), then echoes bytes. */
const ECHO = `use IO::Socket::INET; $SIG{CHLD} = 'IGNORE';
my $server = IO::Socket::INET->new(LocalPort => 8007, Listen => 5, ReuseAddr => 1) or die;
while (my $client = $server->accept) {
  next if fork;
  while (my $line = <$client>) { last if $line eq "\\r\\n" }
  syswrite $client, "HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: ${WEBSOCKET.accept}\\r\\n\\r\\n";
  my $bytes;
  syswrite $client, $bytes while sysread $client, $bytes, 4096;
  exit;
}
`;

/** One pod with a server for each Service, which say who they are and how they were asked. */
function echoes(certificate: { readonly cert: string; readonly key: string }): string {
  const servers: Readonly<Record<string, { readonly port: number; readonly listen?: string; readonly appProtocol?: string }>> = {
    a: { port: 8001 }, b: { port: 8002 }, c: { port: 8003 }, d: { port: 8004 },
    h2: { port: 8005, listen: ' http2', appProtocol: 'kubernetes.io/h2c' },
    secure: { port: 8006, listen: ' ssl', appProtocol: 'https' },
  };
  const text = 'host=$http_host for=$http_x_forwarded_for proto=$http_x_forwarded_proto port=$http_x_forwarded_port protocol=$server_protocol scheme=$scheme';
  const nginx = Object.entries(servers).map(([name, { port, listen = '' }]) => `server {
    listen ${port}${listen}; ${listen.includes('ssl') ? 'ssl_certificate /tls/tls.crt; ssl_certificate_key /tls/tls.key;' : ''}
    default_type text/plain; location / { return 200 "${name} $request_uri ${text}\\n"; }
  }`).join('\n');
  const service = (name: string, port: number, more: object = {}) => (
    { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app: 'echo' }, ports: [{ name: 'http', port: 80, targetPort: port, ...more }] } });
  const mounts = [{ name: 'config', mountPath: '/etc/nginx/conf.d' }, { name: 'tls', mountPath: '/tls' }];
  return list(
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'echo' }, data: { 'default.conf': nginx, 'echo.pl': ECHO } },
    secretOf('echo', certificate),
    ...Object.entries(servers).map(([name, { port, appProtocol }]) => service(name, port, { appProtocol })),
    service('echo', 8007),
    {
      apiVersion: 'v1', kind: 'Pod', metadata: { name: 'echo', labels: { app: 'echo' } },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [
          { name: 'nginx', image: 'nginx:1.22', volumeMounts: mounts, readinessProbe: { tcpSocket: { port: 8001 }, periodSeconds: 1 } },
          { name: 'echo', image: 'perl:5.36-slim', command: ['perl', '/etc/nginx/conf.d/echo.pl'], volumeMounts: mounts, readinessProbe: { tcpSocket: { port: 8007 }, periodSeconds: 1 } },
        ],
        volumes: [{ name: 'config', configMap: { name: 'echo' } }, { name: 'tls', secret: { secretName: 'echo' } }],
      },
    },
  );
}

const authority = createCertificateAuthority('e2e', Date.now());
const certificateFor = async (commonName: string, ...hosts: readonly string[]) => issueCertificate(await authority, { commonName, hosts: hosts.length > 0 ? hosts : [commonName], usage: 'server' }, Date.now());
/** 1024 bits: OpenSSL reads it, and does not serve with it. */
async function weakCertificate(commonName: string): Promise<{ readonly cert: string; readonly key: string }> {
  const signingAlgorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 1024 };
  const keys = await webcrypto.subtle.generateKey(signingAlgorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({ name: `CN=${commonName}`, notAfter: new Date(Date.now() + 86_400_000), keys, signingAlgorithm });
  return { cert: certificate.toString('pem'), key: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString() };
}

const eventsOf = async (kubectl: Kubectl, name: string) => kubectl(['get', 'events', '--field-selector', `involvedObject.kind=Ingress,involvedObject.name=${name}`, '-o', 'jsonpath={range .items[*]}{.type} {.reason} {.message}{"\\n"}{end}']);

describe.skipIf(!defaultKubectl)('Ingresses (skipped without kubectl)', () => {
  const { kubectl, namespace } = useNamespace('ingress');
  const host = (name: string) => `${name}.${namespace}.test`;
  const apply = (...objects: readonly unknown[]) => kubectl('apply -f -', { input: list(...objects) });
  let edge: EdgeAddress;
  /** Who answers: the first word of the body. */
  const answers = async (name: string, path = '/') => {
    const { status, body } = await ask(edge, { host: host(name), path });
    return status === 200 ? body.split(' ')[0] : status;
  };

  beforeAll(async () => {
    await kubectl('apply -f -', { input: echoes(await certificateFor('echo')) });
    await kubectl('wait --for=condition=Ready pod/echo --timeout=180s');
    await apply(ingress('first', { rules: [rule(host('first'), prefix('/', to('a')))] }));
    edge = await edgeOf(kubectl, 'first');
    await eventually('the first Ingress serves', async () => await answers('first') === 'a');
  });

  describe('paths', () => {
    beforeAll(async () => {
      await apply(ingress('paths', {
        rules: [
          rule(host('paths'), { path: '/exact', pathType: 'Exact', backend: to('a') }, prefix('/foo', to('b')), prefix('/foo/bar/', to('c', { number: 80 })),
            { path: '/foo/bar/exact', pathType: 'Exact', backend: to('d') }, { path: '/impl/*', pathType: 'ImplementationSpecific', backend: to('d') }),
          rule(host('root'), prefix('/', to('a')), prefix('/aaa', to('b')), prefix('/aaa/bbb', to('c')), { path: '/aaa', pathType: 'Exact', backend: to('d') }),
        ],
      }));
      await eventually('they are served', async () => await answers('root') === 'a');
    });

    it.each([
      ['/exact', 'a'], ['/exact/', 404], ['/exactly', 404], ['/exact?query=1', 'a'],
      ['/foo', 'b'], ['/foo/', 'b'], ['/foobar', 404], ['/foo/ba', 'b'], ['/Foo', 404],
      ['/foo/bar', 'c'], ['/foo/bar/baz', 'c'], ['/foo/barbaz', 'b'],
      ['/foo/bar/exact', 'd'], ['/foo/bar/exact/', 'c'],
      ['/impl', 'd'], ['/impl/x', 'd'], ['/', 404],
    ])('sends %s to %s: whole elements, the longest first', async (path, expected) => {
      expect(await answers('paths', path)).toBe(expected);
    });

    it.each([['/', 'a'], ['/ccc', 'a'], ['/aaa', 'd'], ['/aaa/', 'b'], ['/aaa/ccc', 'b'], ['/aaa/bbb', 'c'], ['/aaabbb', 'a']])('sends %s beside a root path to %s: Exact before Prefix', async (path, expected) => {
      expect(await answers('root', path)).toBe(expected);
    });

    it('passes the path on as it was, and says who asked and how', async () => {
      const { body } = await ask(edge, { host: host('root'), path: '/aaa/x%20y?q=1', headers: { 'x-forwarded-for': '198.51.100.7', 'x-forwarded-proto': 'https' } });
      expect(body).toMatch(new RegExp(`^b /aaa/x%20y\\?q=1 host=${host('root')} for=[0-9.]+ proto=http port=${edge.http} `));
      expect(body).not.toContain('198.51.100.7');
    });
  });

  describe('hosts', () => {
    beforeAll(async () => {
      await apply(
        ingress('wild', { rules: [rule(`*.${host('wild')}`, prefix('/', to('a')), prefix('/deep', to('b')))] }),
        ingress('exact', { rules: [rule(`one.${host('wild')}`, prefix('/', to('c')))] }),
        ingress('any', { rules: [rule(undefined, prefix(`/any-${namespace}`, to('d')))] }),
        ingress('fallback', { defaultBackend: to('b'), rules: [rule(host('fallback'), prefix('/a', to('a')))] }),
      );
      await eventually('they are served', async () => await answers('fallback') === 'b');
    });

    it('takes a wildcard for one label, and the exact host before it', async () => {
      expect(await answers('two.wild')).toBe('a');
      expect(await answers('two.wild', '/deep/er')).toBe('b');
      expect(await answers('one.wild', '/deep')).toBe('c');
      expect(await answers('ONE.Wild')).toBe('c');
      expect(await answers('wild')).toBe(404);
      expect(await answers('one.two.wild')).toBe(404);
    });

    it('serves a rule without a host for every host', async () => {
      expect(await answers('whatever', `/any-${namespace}/x`)).toBe('d');
      expect(await answers('paths.nobody', `/any-${namespace}`)).toBe('d');
      expect((await ask(edge, { host: `${host('first')}:${edge.http}` })).body).toMatch(/^a /);
    });

    it('sends what no rule of a host matches to its default backend, and 404 to hosts nobody has', async () => {
      expect(await answers('fallback', '/a')).toBe('a');
      expect(await answers('fallback', '/else')).toBe('b');
      expect(await answers('nobody')).toBe(404);
    });

    it('sends everything else to the default backend of an Ingress without rules', async () => {
      await apply(ingress('everything', { defaultBackend: to('c', { number: 80 }) }));
      await eventually('it is served', async () => await answers('nobody') === 'c');
      expect(await answers('first')).toBe('a');
      await kubectl('delete ingress everything');
      await eventually('it is gone', async () => await answers('nobody') === 404);
    });
  });

  describe('what cannot be served', () => {
    it('is told by an Event, answered 503, and leaves the others alone', async () => {
      explainFailure(kubectl);
      const resource = { resource: { apiGroup: 'k8s.example.com', kind: 'StorageBucket', name: 'static' } };
      await apply(ingress('broken', { rules: [rule(host('broken'), prefix('/bucket', resource), prefix('/missing', to('nothing')), prefix('/port', to('a', { name: 'grpc' })), prefix('/good', to('a')))] }));
      await eventually('the rest of it is served', async () => await answers('broken', '/good') === 'a');
      expect(await Promise.all(['/bucket', '/missing', '/port'].map((path) => answers('broken', path)))).toEqual([503, 503, 503]);
      expect(await answers('first')).toBe('a');
      const events = await eventually('the Events are written', async () => {
        const text = await eventsOf(kubectl, 'broken');
        return text.trim().split('\n').length >= 4 && text;
      });
      expect(events).toContain('Normal Sync Scheduled for sync');
      expect(events).toContain('Warning UnsupportedBackend backend StorageBucket "static" is a resource; only Services are supported');
      expect(events).toContain(`Warning ServiceNotFound Service "${namespace}/nothing" does not exist`);
      expect(events).toContain(`Warning ServicePortNotFound Service "${namespace}/a" has no TCP port grpc`);
    });

    it('is a Service without ready pods: 503 until there is one', async () => {
      const service = (app: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'later' }, spec: { selector: { app }, ports: [{ name: 'http', port: 80, targetPort: 8004 }] } });
      await apply(service('nobody'), ingress('later', { rules: [rule(host('later'), prefix('/', to('later')))] }));
      await eventually('it is known', async () => await answers('later') === 503);
      await apply(service('echo'));
      await eventually('its pod answers', async () => await answers('later') === 'd');
    });

    it('is a path that an older Ingress has: it keeps it', async () => {
      await apply(ingress('second', { rules: [rule(host('first'), prefix('/', to('b')), prefix('/more', to('c')))] }));
      await eventually('what is new is served', async () => await answers('first', '/more') === 'c');
      expect(await answers('first')).toBe('a');
      await eventually('the younger is told', async () => (await eventsOf(kubectl, 'second')).includes(`Warning PathConflict ${host('first')}/ is already served by the older Ingress ${namespace}/first`));
    });
  });

  describe('classes', () => {
    const other = `other-${namespace}`;

    it('are given to Ingresses that name none, and tell ours from others', async () => {
      expect(await kubectl('get ingress first -o jsonpath={.spec.ingressClassName}')).toBe(await kubectl(['get', 'ingressclass', '-o', 'jsonpath={.items[?(@.metadata.annotations.ingressclass\\.kubernetes\\.io/is-default-class=="true")].metadata.name}']));
      await apply({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: other }, spec: { controller: 'example.com/other' } });
      try {
        await apply(ingress('foreign', { ingressClassName: other, rules: [rule(host('foreign'), prefix('/', to('a')))] }), ingress('native', { rules: [rule(host('native'), prefix('/', to('b')))] }));
        await eventually('what came with it is served', async () => await answers('native') === 'b');
        expect(await answers('foreign')).toBe(404);
        expect(await kubectl('get ingress foreign -o jsonpath={.status.loadBalancer}')).toBe('{}');
        expect(await eventsOf(kubectl, 'foreign')).toBe('');

        await kubectl(['patch', 'ingress', 'foreign', '-p', '{"spec":{"ingressClassName":"twelve"}}']);
        await eventually('now it is ours', async () => await answers('foreign') === 'a');
        expect((await edgeOf(kubectl, 'foreign')).address).toBe(edge.address);
      } finally {
        await kubectl(['delete', 'ingressclass', other]);
      }
    });
  });

  describe('TLS', () => {
    const secure = (name: string, path = '/') => ask(edge, { host: host(name), path, tls: true });

    beforeAll(async () => {
      await apply(
        secretOf('one', await certificateFor(host('one'))), secretOf('wild', await certificateFor('wild', `*.${host('tls')}`)),
        ingress('tls', {
          tls: [{ hosts: [host('one')], secretName: 'one' }, { hosts: [`*.${host('tls')}`], secretName: 'wild' }, { hosts: [host('missing')], secretName: 'missing' }],
          rules: [rule(host('one'), prefix('/', to('a'))), rule(`*.${host('tls')}`, prefix('/', to('b'))), rule(host('missing'), prefix('/', to('c'))), rule(host('plain'), prefix('/', to('d')))],
        }),
        ingress('both', { tls: [{ hosts: [host('both')], secretName: 'one' }], rules: [rule(host('both'), prefix('/', to('a')))] }, { 'ingress.twelve.dev/ssl-redirect': 'false' }),
      );
      await eventually('it is served', async () => (await secure('both')).status === 200);
    });

    it('shows each host its certificate', async () => {
      expect(await secure('one')).toMatchObject({ status: 200, certificate: host('one'), body: expect.stringMatching(/^a .* proto=https .* scheme=http\n/) as unknown });
      expect(await secure('x.tls')).toMatchObject({ status: 200, certificate: 'wild', body: expect.stringMatching(/^b /) as unknown });
    });

    it('shows the default certificate where the Secret is missing, says so, and takes the Secret when it comes', async () => {
      expect(await secure('missing')).toMatchObject({ status: 200, certificate: 'twelve Ingress default certificate' });
      await eventually('it is told', async () => (await eventsOf(kubectl, 'tls')).includes(`Warning CertificateNotUsable Secret "${namespace}/missing" does not exist`));
      await apply(secretOf('missing', await certificateFor('found', host('missing'))));
      await eventually('the certificate is shown', async () => (await secure('missing')).certificate === 'found');
    });

    it('takes a certificate that changes, without losing connections of the old one', async () => {
      const kept = tls.connect({ host: edge.address, port: edge.https, servername: host('one'), rejectUnauthorized: false });
      await once(kept, 'secureConnect');
      await apply(secretOf('one', await certificateFor('renewed', host('one'))));
      await eventually('the new one is shown', async () => (await secure('one')).certificate === 'renewed');
      kept.write(`GET / HTTP/1.1\r\nHost: ${host('one')}\r\n\r\n`);
      expect(String((await once(kept, 'data'))[0])).toMatch(/^HTTP\/1.1 200 /);
      kept.destroy();
    });

    it('says what is wrong with a certificate, and keeps serving', async () => {
      const [good, stranger] = [await certificateFor(host('bad')), await certificateFor('stranger')];
      await apply(secretOf('bad', { cert: good.cert, key: stranger.key }), ingress('bad', { tls: [{ hosts: [host('bad')], secretName: 'bad' }], rules: [rule(host('bad'), prefix('/', to('a')))] }));
      await eventually('it is served with the default one', async () => (await secure('bad')).certificate === 'twelve Ingress default certificate');
      await eventually('it is told', async () => (await eventsOf(kubectl, 'bad')).includes('has a tls.key that does not belong to its tls.crt'));
      expect((await secure('x.tls')).certificate).toBe('wild');
    });

    it('leaves out what HAProxy itself refuses, and takes it when it is mended', async () => {
      await apply(secretOf('weak', await weakCertificate(host('weak'))), ingress('weak', { tls: [{ hosts: [host('weak')], secretName: 'weak' }], rules: [rule(host('weak'), prefix('/', to('a')))] }));
      await eventually('it is told', async () => /Warning Rejected HAProxy on node \S+ refuses it, so it is left out: .*unable to load SSL certificate/.test(await eventsOf(kubectl, 'weak')));
      expect(await answers('weak')).toBe(404);
      await apply(ingress('after', { rules: [rule(host('after'), prefix('/', to('b')))] }));
      await eventually('others are served', async () => await answers('after') === 'b');
      await apply(secretOf('weak', await certificateFor(host('weak'))));
      await eventually('it is served', async () => (await secure('weak')).certificate === host('weak'));
    });

    it('sends plain HTTP to HTTPS where a host has TLS, unless an annotation says no', async () => {
      const { status, headers } = await ask(edge, { host: host('one'), path: '/path?query=1' });
      expect({ status, location: headers.location }).toEqual({ status: 308, location: `https://${host('one')}${edge.https === 443 ? '' : `:${edge.https}`}/path?query=1` });
      expect(await answers('plain')).toBe('d');
      expect(await answers('both')).toBe('a');
    });

    it('speaks HTTP/2, many requests on one connection', async () => {
      const session = http2.connect(`https://${edge.address}:${edge.https}`, { servername: host('x.tls'), rejectUnauthorized: false });
      await once(session, 'connect');
      expect(session.alpnProtocol).toBe('h2');
      const get = async (path: string) => {
        const stream = session.request({ ':path': path, ':authority': host('x.tls') });
        let body = '';
        stream.setEncoding('utf8').on('data', (text: string) => (body += text));
        await once(stream, 'end');
        return body.split(' ').slice(0, 2).join(' ');
      };
      expect(await Promise.all(['/1', '/2', '/3'].map(get))).toEqual(['b /1', 'b /2', 'b /3']);
      session.close();
    });
  });

  describe('protocols', () => {
    beforeAll(async () => {
      await apply(ingress('protocols', { rules: [rule(host('protocols'), prefix('/h2', to('h2')), prefix('/secure', to('secure')), prefix('/echo', to('echo')))] }));
      await eventually('they are served', async () => await answers('protocols', '/h2') === 'h2');
    });

    it('of the pods are those that appProtocol names', async () => {
      expect((await ask(edge, { host: host('protocols'), path: '/h2' })).body).toContain('protocol=HTTP/2.0 scheme=http');
      expect((await ask(edge, { host: host('protocols'), path: '/secure' })).body).toContain('scheme=https');
    });

    it('carry WebSockets in both directions, also while the configuration changes', async () => {
      const { socket, accept } = await upgrade(edge, { host: host('protocols'), path: '/echo', key: WEBSOCKET.key });
      expect(accept).toBe(WEBSOCKET.accept);
      const say = async (text: string) => {
        socket.write(text);
        return String((await once(socket, 'data'))[0]);
      };
      expect(await say('\x81\x05hello')).toBe('\x81\x05hello');
      await apply(ingress('more', { rules: [rule(host('more'), prefix('/', to('a')))] }));
      await eventually('the change is served', async () => await answers('more') === 'a');
      expect(await say('\x81\x05again')).toBe('\x81\x05again');
      socket.destroy();
    });
  });
});

describe.skipIf(!defaultKubectl)('an Ingress under a steady load (skipped without kubectl)', () => {
  const { kubectl, namespace } = useNamespace('ingress-load');
  const host = `load.${namespace}.test`;
  const apply = (...objects: readonly unknown[]) => kubectl('apply -f -', { input: list(...objects) });
  const web = (version: string, replicas: number) => ({
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
    spec: {
      replicas, selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          terminationGracePeriodSeconds: 15,
          containers: [{
            name: 'web', image: 'nginx:1.22', command: ['sh', '-c', `echo ${version} > /usr/share/nginx/html/index.html; exec nginx -g 'daemon off;'`],
            ports: [{ name: 'http', containerPort: 80 }], readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 },
          }],
        },
      },
    },
  });
  let edge: EdgeAddress;

  beforeAll(async () => {
    await apply(
      web('one', 3), { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] } },
      ingress('load', { rules: [rule(host, prefix('/', to('web')))] }),
    );
    await kubectl('rollout status deployment/web --timeout=180s');
    edge = await edgeOf(kubectl, 'load');
    await eventually('it serves', async () => (await ask(edge, { host })).status === 200);
  });

  it('loses no request in a rolling update', async () => {
    explainFailure(kubectl);
    const load = startEdgeLoad(edge, host);
    await apply(web('two', 3));
    await kubectl('rollout status deployment/web --timeout=180s');
    await eventually('only the new pods are left', async () => (await kubectl('get pods -o name')).trim().split('\n').length === 3);
    await eventually('there were enough requests', () => load.sent() > 100);
    const { requests, failures, bodies } = await load.stop();
    expect(requests).toBeGreaterThan(100);
    expect(failures).toEqual([]);
    expect([...bodies].sort()).toEqual(['one\n', 'two\n']);
    expect((await ask(edge, { host })).body).toBe('two\n');
  });

  it('loses no request while the configuration changes again and again', async () => {
    explainFailure(kubectl);
    const load = startEdgeLoad(edge, host);
    for (let round = 1; round <= 6; round += 1) {
      await apply(ingress('other', { rules: [rule(`round-${round}.${namespace}.test`, prefix('/', to('web')))] }));
      await eventually(`round ${round} is served`, async () => (await ask(edge, { host: `round-${round}.${namespace}.test` })).status === 200);
    }
    await eventually('there were enough requests', () => load.sent() > 100);
    const { requests, failures } = await load.stop();
    expect(requests).toBeGreaterThan(100);
    expect(failures).toEqual([]);
  });

  it('loses no request while pods come and go by the dozen', async () => {
    explainFailure(kubectl);
    const load = startEdgeLoad(edge, host);
    for (const replicas of [8, 2]) {
      await kubectl(`scale deployment/web --replicas=${replicas}`);
      await eventually('they are there or gone', async () => (await kubectl('get pods -o name')).trim().split('\n').length === replicas);
      await kubectl('rollout status deployment/web --timeout=180s');
    }
    await eventually('there were enough requests', () => load.sent() > 100);
    const { requests, failures } = await load.stop();
    expect(requests).toBeGreaterThan(100);
    expect(failures).toEqual([]);
  });
});
