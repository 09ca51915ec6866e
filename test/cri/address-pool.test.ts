import { describe, expect, it } from 'vitest';
import { AddressPool, macOf } from '../../lib/cri/docker/network/address-pool';
import { hostPortElements, hostPortScript } from '../../lib/cri/docker/network/host-ports';
import { bridgeName } from '../../lib/cri/docker/network/names';

describe('addresses of pods', () => {
  it('stay with their sandbox, are not given twice, and are reused last', () => {
    const pool = new AddressPool('10.240.0.0/24');
    pool.adopt('old', '10.240.0.3');
    expect(pool.gateway).toBe('10.240.0.1');
    expect([pool.reserve('a'), pool.reserve('b'), pool.reserve('a'), pool.reserve('old')]).toEqual(['10.240.0.2', '10.240.0.4', '10.240.0.2', '10.240.0.3']);
    pool.release('a');
    expect(pool.reserve('c')).toBe('10.240.0.5');
  });

  it('end with the subnet', () => {
    const pool = new AddressPool('10.240.0.0/29');
    expect(['a', 'b', 'c', 'd', 'e'].map((key) => pool.reserve(key))).toEqual([2, 3, 4, 5, 6].map((last) => `10.240.0.${last}`));
    expect(() => pool.reserve('f')).toThrow('no address is left in the pod subnet 10.240.0.0/29');
    pool.release('b');
    expect(pool.reserve('f')).toBe('10.240.0.3');
  });

  it('fix the hardware address', () => {
    expect(macOf('10.240.0.17')).toBe('0a:58:0a:f0:00:11');
  });
});

it('a bridge has a name of at most 15 characters that tells runtimes apart', () => {
  const [first, second] = ['a-rather-long-name-1', 'a-rather-long-name-2'].map(bridgeName);
  expect(bridgeName('ci')).toBe('tw-ci');
  expect(first.length).toBeLessThanOrEqual(15);
  expect(first).not.toBe(second);
});

it('host ports change in one transaction that touches only what differs', () => {
  const old = hostPortElements('10.240.0.2', [{ protocol: 'TCP', hostPort: 80, containerPort: 8080 }, { protocol: 'UDP', hostPort: 53, containerPort: 53 }]);
  const wanted = hostPortElements('10.240.0.2', [{ protocol: 'TCP', hostPort: 80, containerPort: 8080 }, { protocol: 'TCP', hostIp: '127.0.0.1', hostPort: 90, containerPort: 9 }]);
  expect(hostPortScript('t', old, wanted)).toBe(
    'delete element ip t hostports { udp . 53 : 10.240.0.2 . 53 }\nadd element ip t hostports_at { 127.0.0.1 . tcp . 90 : 10.240.0.2 . 9 }\n');
});
