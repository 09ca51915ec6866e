import { describe, expect, it } from 'vitest';
import { buildModel } from '../../lib/ingress/build-model';
import { renderConfig } from '../../lib/ingress/haproxy-config';
import { assignSlots } from '../../lib/ingress/server-slots';
import { ingress, objects, path, rule, service, slice, to } from './harness/objects';

const options = { ports: { http: 80, https: 443 }, defaultCertificate: 'PEM', nameServers: ['10.0.0.1'] };

function render(given: Parameters<typeof objects>[0], more: Partial<typeof options> = {}) {
  const model = buildModel(objects(given));
  return renderConfig(model, { ...options, ...more, slots: new Map(model.backends.map(({ name, servers }) => [name, assignSlots([], servers)])) });
}

const shop = (host = 'a.test') => [ingress('a', { tls: [{ hosts: [host] }], defaultBackend: to('api'), rules: [rule(host, path('/x', to('web'), 'Exact'), path('/', to('web')), path('/api/', to('api')))] })];

describe('a configuration', () => {
  it('has the routes in maps: exact paths, and prefixes that end with a slash', () => {
    const { files } = render({ ingresses: [...shop(), ingress('b', { rules: [rule(undefined, path('/any', to('web'))), rule('*.b.test', path('/', to('web')))] })] });
    expect(files.get('exact.map')).toBe('a.test/x shop_web_80/redirect\n');
    expect(files.get('prefix.map')).toBe('*.b.test/ shop_web_80/\n/any/ shop_web_80/\na.test/ shop_web_80/redirect\na.test/api/ shop_api_80/redirect\n');
    expect(files.get('default.map')).toBe('a.test/ shop_api_80/redirect\n');
  });

  it('has the servers of a backend in slots, free ones switched off', () => {
    expect(render({ ingresses: shop() }).files.get('haproxy.cfg')).toContain(`backend shop_web_80
  balance roundrobin
  server s1 10.0.0.1:8080
  server s2 127.0.0.1:9 disabled
`);
  });

  it('is the same for the same objects in another order, and for other pods in the same number of slots', () => {
    const [first] = shop();
    const second = ingress('z', { rules: [rule('z.test', path('/', to('api')))] });
    expect([...render({ ingresses: [first, second] }).files]).toEqual([...render({ ingresses: [second, first] }).files]);
    const moved = render({ ingresses: [first], slices: [slice('web', [{ address: '10.0.0.9' }])] });
    expect(moved.id).toBe(render({ ingresses: [first] }).id);
    expect(moved.files.get('haproxy.cfg')).not.toBe(render({ ingresses: [first] }).files.get('haproxy.cfg'));
  });

  it('is another one for another host, port, certificate or number of slots', () => {
    const { id } = render({ ingresses: shop() });
    const many = [2, 3, 4, 5].map((name) => ({ address: `10.0.0.1${name}` }));
    expect([render({ ingresses: shop('b.test') }), render({ ingresses: shop() }, { defaultCertificate: 'OTHER' }), render({ ingresses: shop() }, { ports: { http: 80, https: 8443 } }),
      render({ ingresses: shop(), slices: [slice('web', many)] })].filter((other) => other.id === id)).toEqual([]);
  });

  it('redirects to the port that hosts have for TLS', () => {
    expect(render({ ingresses: shop() }).files.get('haproxy.cfg')).toContain('location https://%[var(txn.host)]%[pathq] ');
    expect(render({ ingresses: shop() }, { ports: { http: 8080, https: 8443 } }).files.get('haproxy.cfg')).toContain('location https://%[var(txn.host)]:8443%[pathq] ');
  });

  it('says what a Service says about its protocol, affinity and external name', () => {
    const text = render({
      ingresses: [ingress('a', { rules: [rule('a.test', path('/a', to('h2')), path('/b', to('tls')), path('/c', to('out')))] })],
      services: [service('h2', { ports: [{ port: 80, appProtocol: 'kubernetes.io/h2c' }] }), service('tls', { sessionAffinity: 'ClientIP', ports: [{ port: 80, appProtocol: 'https' }] }), service('out', { type: 'ExternalName', externalName: 'out.test' })],
    }).files.get('haproxy.cfg');
    expect(text).toContain('backend shop_h2_80\n  balance roundrobin\n  default-server proto h2\n');
    expect(text).toContain('backend shop_tls_80\n  balance source\n  hash-type consistent\n  default-server ssl verify none\n');
    expect(text).toContain('  server external out.test:80 resolvers cluster resolve-prefer ipv4\n');
    expect(text).toContain('resolvers cluster\n  nameserver ns1 10.0.0.1:53\n');
  });
});
