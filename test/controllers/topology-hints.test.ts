import { describe, expect, it } from 'vitest';
import { zoneHints, zoneShares } from '../../lib/controllers/endpoints/topology-hints';

const node = (zone: string | undefined, cpu = '4', ready = 'True', labels = {}) =>
  ({ metadata: { labels: { ...labels, ...(zone && { 'topology.kubernetes.io/zone': zone }) } }, status: { allocatable: { cpu }, conditions: [{ type: 'Ready', status: ready }] } }) as any;
const endpoints = (...zones: readonly (string | undefined)[]) => zones.map((zone, index) => ({ addresses: [`10.240.0.${index + 2}`], zone, conditions: { ready: true } }));
const zonesOf = (list: ReturnType<typeof endpoints>, shares = zoneShares([node('a'), node('b')])) => {
  const hints = zoneHints(list, shares);
  return hints && list.map((endpoint) => hints.get(endpoint)).join('');
};

describe('hints for zones', () => {
  it('share by the processors of ready nodes that are no control plane', () => {
    expect(zoneShares([node('a', '1'), node('a', '500m'), node('b', '500m'), node('c', '9', 'False'), node('d', '9', 'True', { 'node-role.kubernetes.io/control-plane': '' })])).toEqual(new Map([['a', 0.75], ['b', 0.25]]));
    expect(zoneShares([node('a'), node(undefined)])).toBeUndefined();
    expect(zoneShares([node('a'), node('a')])).toBeUndefined();
  });

  it('are the own zone where the shares fit, and move an endpoint to a zone with too few', () => {
    expect(zonesOf(endpoints('a', 'b', 'a', 'b'))).toBe('abab');
    expect(zonesOf(endpoints('a', 'a', 'a', 'a', 'a', 'b'))).toBe('aaabbb');
  });

  it('are left out with fewer endpoints than zones, and with one that has no zone', () => {
    expect(zonesOf(endpoints('a'))).toBeUndefined();
    expect(zonesOf(endpoints('a', 'b', undefined))).toBeUndefined();
  });
});
