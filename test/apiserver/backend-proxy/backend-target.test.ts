import { describe, expect, it } from 'vitest';
import { backendTarget } from '../../../lib/apiserver/backend-proxy/backend-target';

const objects: Readonly<Record<string, object>> = {
  'Pod shop/web-0': { spec: { containers: [{ name: 'side' }, { name: 'web', ports: [{ containerPort: 8080 }, { containerPort: 9090 }] }] }, status: { podIP: '10.240.0.2' } },
  'Pod shop/new': { spec: { containers: [{ name: 'web' }] }, status: {} },
  'Service shop/web': { spec: { ports: [{ name: 'http', port: 80 }, { name: 'admin', port: 81 }] } },
  'Endpoints shop/web': { subsets: [{ addresses: [{ ip: '10.240.0.2' }, { ip: '10.240.0.3' }], ports: [{ name: 'http', port: 8080 }] }, { notReadyAddresses: [{ ip: '10.240.0.4' }], ports: [{ name: 'admin', port: 9090 }] }] },
  'Service shop/plain': { spec: { ports: [{ port: 80 }] } }, 'Endpoints shop/plain': { subsets: [{ addresses: [{ ip: '10.240.0.5' }], ports: [{ port: 8080 }] }] },
  'Service shop/idle': { spec: { ports: [{ port: 80 }] } }, 'Endpoints shop/idle': {},
  'Service shop/bad': { spec: { ports: [{ port: 80 }] } }, 'Endpoints shop/bad': { subsets: [{ addresses: [{ ip: '127.0.0.1' }], ports: [{ port: 10250 }] }] },
};
const reader = { tryGet: (kind: string, { namespace, name }: { namespace?: string; name: string }) => objects[`${kind} ${namespace}/${name}`] } as any;
const target = (resource: string, name: string, random = 0) => {
  const { scheme, host, port } = backendTarget({ resource, namespace: 'shop', name }, reader, () => random);
  return `${scheme}://${host}:${port}`;
};

describe('where a proxied request goes', () => {
  it.each([
    ['pods', 'web-0', 'http://10.240.0.2:8080'], ['pods', 'web-0:9090', 'http://10.240.0.2:9090'], ['pods', 'https:web-0:8443', 'https://10.240.0.2:8443'],
    ['services', 'web:http', 'http://10.240.0.2:8080'], ['services', 'http:web:80', 'http://10.240.0.2:8080'], ['services', 'https:plain:', 'https://10.240.0.5:8080'], ['services', 'plain', 'http://10.240.0.5:8080'],
  ])('%s %s', (resource, name, expected) => expect(target(resource, name)).toBe(expected));

  it('is any of the ready endpoints', () => {
    expect(target('services', 'web:http', 0.9)).toBe('http://10.240.0.3:8080');
  });

  it.each([
    ['pods', 'nobody', 'pods "nobody" not found'], ['pods', 'new', 'address not allowed'], ['pods', 'ftp:web-0:21', 'invalid pod request "ftp:web-0:21"'],
    ['services', 'web:82', 'no service port 82 found for service "web"'], ['services', 'web:admin', 'no endpoints available for service "web:admin"'], ['services', 'idle', 'no endpoints available for service "idle"'],
    ['services', 'bad', 'address not allowed'],
  ])('%s %s is refused: %s', (resource, name, message) => expect(() => target(resource, name)).toThrow(message));
});
