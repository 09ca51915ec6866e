import { describe, expect, it } from 'vitest';
import type { Node } from '../../../lib/api/types';
import { freeSubnet, podRangeFor, tryServiceRange } from '../../../lib/cluster/join/cluster-ranges';
import type { Client } from '../../../lib/client/client';

const node = (podCIDR: string): Node => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: podCIDR }, spec: { podCIDR } });
const refusing = (message: string) => ({ create: () => Promise.reject(new Error(message)), listObjects: () => Promise.reject(new Error('not there')) }) as unknown as Client;

describe('the addresses of a joined node', () => {
  it('are a range that neither another node nor a route of the host has', () => {
    const routes = [{ dst: '10.244.2.0/24', dev: 'eth1' }, { dst: '10.244.1.0/24', dev: 'tw-own' }];
    expect(freeSubnet([], [], 'tw-own')).toBe('10.244.0.0/24');
    expect(freeSubnet([node('10.244.0.0/24'), node('fd00::/64')], routes, 'tw-own')).toBe('10.244.1.0/24');
    expect(freeSubnet([node('10.244.0.0/23')], routes, 'tw-own')).toBe('10.244.3.0/24');
  });

  it('are part of the range of all pods, or stand alone', () => {
    expect(podRangeFor('10.1.3.0/24', '10.1.0.0/16')).toBe('10.1.0.0/16');
    expect(podRangeFor('10.1.3.0/24', '10.2.0.0/16')).toBe('10.1.3.0/24');
    expect(podRangeFor('10.1.3.0/24', undefined)).toBe('10.1.3.0/24');
  });
});

describe('the addresses of Services', () => {
  it('are read from the refusal of an impossible one', async () => {
    expect(await tryServiceRange(refusing('spec.clusterIPs: Invalid value: []string{"192.0.2.255"}: failed to allocate IP 192.0.2.255: the provided IP (192.0.2.255) is not in the valid range. The range of valid IPs is 10.112.0.0/16'))).toBe('10.112.0.0/16');
  });

  it('are unknown where the user may not ask', async () => {
    expect(await tryServiceRange(refusing('services is forbidden'))).toBeUndefined();
  });
});
