import { describe, expect, it } from 'vitest';
import { Duration, Health } from '../../lib/index';

const seconds = Duration.seconds;
const port = { value: 'http' };

describe('Health', () => {
  it('asks a path with headers over TLS, and another one about restarts', () => {
    const probes = Health.http('/ready', { scheme: 'HTTPS', headers: { Host: 'shop.example.com' }, alive: '/alive' })._toKube('http', 8080);
    const request = { port, scheme: 'HTTPS', httpHeaders: [{ name: 'Host', value: 'shop.example.com' }] };
    expect(probes.readinessProbe?.httpGet).toEqual({ path: '/ready', ...request });
    expect(probes.livenessProbe?.httpGet).toEqual({ path: '/alive', ...request });
    expect(probes.startupProbe?.httpGet?.path).toBe('/alive');
  });

  it('asks gRPC by the number of the port, and looks only at the port for restarts', () => {
    const probes = Health.grpc({ service: 'shop.Orders' })._toKube('http', 9000);
    expect(probes.readinessProbe).toMatchObject({ grpc: { port: 9000, service: 'shop.Orders' } });
    expect(probes.livenessProbe).toMatchObject({ tcpSocket: { port } });
    expect(() => Health.grpc()._toKube('http')).toThrow(/has no port/);
  });

  it('gives a start the time that it is promised', () => {
    const health = Health.tcp({ startup: Duration.minutes(15) });
    expect(health.startupSeconds).toBe(900);
    expect(health._toKube('http').startupProbe).toMatchObject({ periodSeconds: 1, failureThreshold: 900 });
  });

  it('refuses times that contradict each other', () => {
    expect(() => Health.tcp({ interval: seconds(2), timeout: seconds(5) })).toThrow(/a timeout of 5 s is longer than the interval of 2 s/);
    expect(() => Health.http('/', { startup: seconds(2) })).toThrow(/startup is 2 s, and one answer alone may take 3 s/);
    expect(() => Health.tcp({ interval: Duration.millis(500) })).toThrow(/interval is 500ms; it must be a whole number of seconds from 1/);
    expect(() => Health.http('/a', { alive: 'b' })).toThrow(/write "\/b"/);
  });

  it('needs a port unless a command tells', () => {
    expect([Health.http('/'), Health.tcp(), Health.grpc()].every(({ needsPort }) => needsPort)).toBe(true);
    expect([Health.command(['true']), Health.none()].some(({ needsPort }) => needsPort)).toBe(false);
  });
});
