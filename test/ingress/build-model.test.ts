import { describe, expect, it } from 'vitest';
import type { IngressClass, networking, Secret } from '../../lib/api/types';
import { createCertificateAuthority, issueCertificate } from '../../lib/cluster/pki/certificate-authority';
import { buildModel } from '../../lib/ingress/build-model';
import { SSL_REDIRECT } from '../../lib/ingress/names';
import { ingress, objects, ourClass, path, rule, service, slice, to } from './harness/objects';

const routesOf = (...rules: networking.IngressRule[]) => buildModel(objects({ ingresses: [ingress('a', { rules })] })).routes.map(({ host, match, path: text }) => `${match} ${host}${text}`);
const problemsOf = (model: ReturnType<typeof buildModel>) => model.problems.map(({ ingress: { metadata }, reason, message }) => `${metadata.name} ${reason} ${message}`);

describe('routes', () => {
  it('are exact or of whole path elements', () => {
    expect(routesOf(rule('Shop.test', path('/exact/', to('web'), 'Exact'), path('/foo/', to('web')), path('/', to('web')), path(undefined, to('api'), 'ImplementationSpecific'), path('/x/*', to('api'), 'ImplementationSpecific'))))
      .toEqual(['exact shop.test/exact/', 'prefix shop.test/foo', 'prefix shop.test', 'prefix shop.test/x']);
  });

  it('of two that want the same are those of the older Ingress, and the younger is told', () => {
    const older = ingress('older', { rules: [rule('a.test', path('/', to('web')))] });
    const younger = ingress('younger', { rules: [rule('a.test', path('/', to('api')), path('/api', to('api')))] });
    const model = buildModel(objects({ ingresses: [younger, older] }));
    expect(model.routes.map(({ path: text, backend }) => [text, backend])).toEqual([['', 'shop_web_80'], ['/api', 'shop_api_80']]);
    expect(problemsOf(model)).toEqual(['younger PathConflict a.test/ is already served by the older Ingress shop/older; it keeps it']);
  });

  it('with a character that would end an entry of the map are refused', () => {
    const model = buildModel(objects({ ingresses: [ingress('a', { rules: [rule('a.test', path('/a b', to('web')), path('/c\nevil', to('web')), path('/d', to('web')))] })] }));
    expect(model.routes.map(({ path: text }) => text)).toEqual(['/d']);
    expect(model.problems.map(({ reason }) => reason)).toEqual(['InvalidPath', 'InvalidPath']);
  });
});

describe('classes', () => {
  const other = { ...ourClass, metadata: { name: 'other' }, spec: { controller: 'example.com/other' } } as IngressClass;
  const alias = { ...ourClass, metadata: { name: 'alias' } } as IngressClass;

  it('decide by their controller whose an Ingress is; the old annotation counts', () => {
    const rules = [rule('a.test', path('/', to('web')))];
    const ingresses = [
      ingress('foreign', { ingressClassName: 'other', rules }), ingress('unknown', { ingressClassName: 'nothing', rules }), ingress('none', { ingressClassName: undefined, rules }),
      ingress('annotated', { ingressClassName: undefined, rules: [rule('b.test', path('/', to('web')))] }, { 'kubernetes.io/ingress.class': 'twelve' }), ingress('alias', { ingressClassName: 'alias', rules: [rule('c.test', path('/', to('web')))] }),
    ];
    expect(buildModel(objects({ ingresses, classes: [ourClass, other, alias] })).routes.map(({ host }) => host)).toEqual(['b.test', 'c.test']);
  });
});

describe('default backends', () => {
  it('are for the hosts of their Ingress, or for everything without rules', () => {
    const model = buildModel(objects({ ingresses: [
      ingress('hosts', { defaultBackend: to('api'), rules: [rule('a.test', path('/a', to('web'))), { host: 'b.test' }] }), ingress('all', { defaultBackend: to('web') }), ingress('late', { defaultBackend: to('api') }),
    ] }));
    expect(model.defaults).toEqual([
      { host: 'b.test', backend: 'shop_api_80', redirect: false }, { host: 'a.test', backend: 'shop_api_80', redirect: false }, { host: '', backend: 'shop_web_80', redirect: false },
    ]);
    expect(problemsOf(model)).toEqual(['late PathConflict what no rule of * matches already goes to the default backend of the older Ingress shop/all; it keeps it']);
  });
});

describe('backends', () => {
  const backendOf = (name: string, port?: networking.ServiceBackendPort, more: Parameters<typeof objects>[0] = { ingresses: [] }) => {
    const model = buildModel(objects({ ...more, ingresses: [ingress('a', { rules: [rule('a.test', path('/', to(name, port)))] })] }));
    return { used: model.routes[0].backend, backend: model.backends.find((backend) => backend.name === model.routes[0].backend), problems: problemsOf(model) };
  };

  it('are named by number or by name of the port, and are the same', () => {
    expect(backendOf('web', { name: 'http' }).backend).toEqual(backendOf('web', { number: 80 }).backend);
    expect(backendOf('web').backend).toEqual({ name: 'shop_web_80', protocol: 'http', sticky: false, servers: [{ address: '10.0.0.1', port: 8080 }], ending: false });
  });

  it('are pods that are ready; those that end only where nobody else is', () => {
    const slices = (ready: boolean) => [slice('two', [{ address: '10.0.1.3', terminating: true, ready: false, serving: true }, { address: '10.0.1.2', ready }, { address: '10.0.1.4', terminating: true, ready: false, serving: false }])];
    expect(backendOf('two', undefined, { ingresses: [], services: [service('two')], slices: slices(true) }).backend).toMatchObject({ servers: [{ address: '10.0.1.2', port: 8080 }], ending: false });
    expect(backendOf('two', undefined, { ingresses: [], services: [service('two')], slices: slices(false) }).backend).toMatchObject({ servers: [{ address: '10.0.1.3', port: 8080 }], ending: true });
  });

  it('speak what appProtocol says, and keep a client where the Service does', () => {
    const spoken = (appProtocol: string) => backendOf('x', undefined, { ingresses: [], services: [service('x', { sessionAffinity: 'ClientIP', ports: [{ port: 80, appProtocol }] })] }).backend;
    expect(['kubernetes.io/h2c', 'grpc', 'https', 'HTTPS', 'http', 'kubernetes.io/ws'].map((name) => spoken(name)?.protocol)).toEqual(['h2', 'h2', 'https', 'https', 'http', 'http']);
    expect(spoken('http')?.sticky).toBe(true);
  });

  it('of an ExternalName Service are its name', () => {
    const services = [service('out', { type: 'ExternalName', externalName: 'example.test', ports: [{ port: 8080 }] })];
    expect(backendOf('out', { number: 8080 }, { ingresses: [], services }).backend).toMatchObject({ external: { hostname: 'example.test', port: 8080 }, servers: [] });
  });

  it('that are not there are answered 503, and said', () => {
    expect(backendOf('gone')).toMatchObject({ used: 'nowhere', problems: ['a ServiceNotFound Service "shop/gone" does not exist; requests to it are answered 503'] });
    expect(backendOf('web', { name: 'grpc' })).toMatchObject({ used: 'nowhere', problems: ['a ServicePortNotFound Service "shop/web" has no TCP port grpc; requests to it are answered 503'] });
    const resource = buildModel(objects({ ingresses: [ingress('a', { defaultBackend: { resource: { kind: 'Bucket', name: 'static' } } })] }));
    expect(problemsOf(resource)).toEqual(['a UnsupportedBackend backend Bucket "static" is a resource; only Services are supported, requests to it are answered 503']);
  });
});

describe('TLS', () => {
  const secret = (name: string, data: Readonly<Record<string, string>>, type = 'kubernetes.io/tls') =>
    ({ apiVersion: 'v1', kind: 'Secret', type, metadata: { name, namespace: 'shop' }, data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')])) }) as Secret;
  const certificates = (async () => {
    const authority = await createCertificateAuthority('test', Date.now());
    const [one, two] = await Promise.all(['one', 'two'].map((commonName) => issueCertificate(authority, { commonName, hosts: [`${commonName}.test`], usage: 'server' }, Date.now())));
    return { one, two };
  })();

  it('takes chain and key of a Secret for the hosts that are named, first come first served', async () => {
    const { one, two } = await certificates;
    const secrets = [secret('one', { 'tls.crt': one.cert, 'tls.key': one.key }), secret('two', { 'tls.crt': two.cert, 'tls.key': two.key })];
    const model = buildModel(objects({ secrets, ingresses: [
      ingress('a', { tls: [{ hosts: ['One.test', '*.one.test'], secretName: 'one' }], rules: [] }), ingress('b', { tls: [{ hosts: ['one.test', 'two.test'], secretName: 'two' }, { secretName: 'one' }, { hosts: ['x.test'] }], rules: [] }),
    ] }));
    expect(model.certificates.map(({ name, hosts }) => [name, hosts])).toEqual([['shop_one', ['one.test', '*.one.test']], ['shop_two', ['two.test']]]);
    expect(model.certificates[0].pem).toContain(one.cert.trim());
    expect(problemsOf(model)).toEqual(['b CertificateConflict one.test already has the certificate of Secret "shop/one" by an older Ingress; it keeps it']);
  });

  it('says what is wrong with a Secret, and takes nothing of it', async () => {
    const { one, two } = await certificates;
    const problem = (...secrets: readonly Secret[]) => {
      const model = buildModel(objects({ secrets, ingresses: [ingress('a', { tls: [{ hosts: ['a.test'], secretName: 's' }], rules: [] })] }));
      expect(model.certificates).toEqual([]);
      return model.problems[0].message;
    };
    expect(problem()).toBe('Secret "shop/s" does not exist, or is not of type kubernetes.io/tls; the default certificate is shown instead');
    expect(problem(secret('s', { 'tls.crt': one.cert, 'tls.key': '' }))).toContain('has no tls.key');
    expect(problem(secret('s', { 'tls.crt': one.cert, 'tls.key': two.key }))).toContain('has a tls.key that does not belong to its tls.crt');
    expect(problem(secret('s', { 'tls.crt': 'nothing', 'tls.key': one.key }))).toContain('cannot be read: ');
    expect(problem(secret('s', { 'tls.crt': one.cert, 'tls.key': one.key }, 'Opaque'))).toContain('is of type Opaque, not kubernetes.io/tls');
  });

  it('redirects plain HTTP of its hosts, unless the annotation says no', () => {
    const redirected = (tls: networking.IngressTLS[], annotations?: Record<string, string>) =>
      buildModel(objects({ ingresses: [ingress('a', { tls, rules: ['a.test', 'b.test', 'x.c.test'].map((host) => rule(host, path('/', to('web')))) }, annotations)] })).routes.filter(({ redirect }) => redirect).map(({ host }) => host);
    expect(redirected([{ hosts: ['a.test', '*.c.test'] }])).toEqual(['a.test', 'x.c.test']);
    expect(redirected([{ secretName: 's' }])).toEqual(['a.test', 'b.test', 'x.c.test']);
    expect(redirected([{ hosts: ['a.test'] }], { [SSL_REDIRECT]: 'false' })).toEqual([]);
    expect(redirected([])).toEqual([]);
  });
});
