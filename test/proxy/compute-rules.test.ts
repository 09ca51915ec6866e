import { describe, expect, it } from 'vitest';
import type { EndpointSlice, Service } from '../../lib/api/types';
import { computeRules } from '../../lib/proxy/compute-rules';
import { diffScript } from '../../lib/proxy/diff';
import { noRules, type ProxyRules } from '../../lib/proxy/rules';

const node = { name: 'here', podRange: '10.240.0.0/16' };

function service(spec: Partial<Service['spec']>, name = 'web'): Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec: { clusterIP: '10.96.0.10', type: 'ClusterIP', ports: [{ port: 80, protocol: 'TCP' }], ...spec } } as Service;
}

interface At { readonly address: string; readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean; readonly nodeName?: string }

function slice(endpoints: readonly At[], { name = 'web', protocol = 'TCP' } = {}): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', ports: [{ port: 8080, protocol }],
    metadata: { name: `${name}-1`, namespace: 'shop', labels: { 'kubernetes.io/service-name': name } },
    endpoints: endpoints.map(({ address, nodeName = 'here', ready = true, serving, terminating }) => ({ addresses: [address], nodeName, conditions: { ready, serving, terminating } })),
  } as EndpointSlice;
}

const targets = (rules: ProxyRules) => [...new Set([...rules.chains.values()].flat().join(' ').match(/10\.240\.\d+\.\d+/g) ?? [])].sort();
const keys = (rules: ProxyRules, set: keyof ProxyRules['elements']) => [...rules.elements[set].keys()];

describe('rules of Services', () => {
  it('spread connections over the ready endpoints and let each reach itself', () => {
    const rules = computeRules([service({})], [slice([{ address: '10.240.0.2' }, { address: '10.240.0.3' }, { address: '10.240.0.4', ready: false }])], node);
    expect([...rules.chains.values()]).toEqual([['meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.240.0.2 . 8080, 1 : 10.240.0.3 . 8080 }']]);
    expect(rules.elements.services.get('10.96.0.10 . tcp . 80')).toMatch(/^goto svc_/);
    expect(keys(rules, 'hairpin')).toEqual(['10.240.0.2 . 10.240.0.2', '10.240.0.3 . 10.240.0.3']);
  });

  it('refuse by name where there are no endpoints', () => {
    const rules = computeRules([service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] })], [], node);
    expect(keys(rules, 'service_closed')).toEqual(['10.96.0.10 . tcp . 80']);
    expect(keys(rules, 'nodeport_closed')).toEqual(['tcp . 30080']);
    expect(rules.chains.size).toBe(0);
  });

  it.each<[string, readonly At[], readonly string[]]>([
    ['an endpoint that is ending leaves while another is ready', [{ address: '10.240.0.2', ready: false, serving: true, terminating: true }, { address: '10.240.0.3' }], ['10.240.0.3']],
    ['endpoints that are ending but serve are used where nobody is ready', [{ address: '10.240.0.2', ready: false, serving: true, terminating: true }], ['10.240.0.2']],
    ['endpoints that are ending and do not serve are not', [{ address: '10.240.0.2', ready: false, serving: false, terminating: true }], []],
  ])('%s', (_name, endpoints, expected) => {
    expect(targets(computeRules([service({})], [slice(endpoints)], node))).toEqual(expected);
  });

  it('keep traffic on this node where the policy says Local, for the clients it is about', () => {
    const endpoints = [slice([{ address: '10.240.0.2' }, { address: '10.240.1.2', nodeName: 'there' }])];
    const external = computeRules([service({ type: 'NodePort', externalTrafficPolicy: 'Local', ports: [{ port: 80, nodePort: 30080 }] })], endpoints, node);
    const chain = (rules: ProxyRules, set: 'services' | 'nodeports', key: string) => rules.chains.get(rules.elements[set].get(key)?.slice('goto '.length) ?? '')?.join(' ');
    expect(chain(external, 'nodeports', 'tcp . 30080')).not.toContain('10.240.1.2');
    expect(chain(external, 'services', '10.96.0.10 . tcp . 80')).toContain('10.240.1.2');
    expect(targets(computeRules([service({ internalTrafficPolicy: 'Local' })], endpoints, node))).toEqual(['10.240.0.2']);
  });

  it('send what is not external to any endpoint, and drop the rest where this node has none: a load balancer looks for another node', () => {
    const rules = computeRules([service({ type: 'NodePort', externalTrafficPolicy: 'Local', ports: [{ port: 80, nodePort: 30080 }] })], [slice([{ address: '10.240.1.2', nodeName: 'there' }])], node);
    const name = (prefix: string) => [...rules.chains.keys()].find((key) => key.startsWith(prefix)) ?? '';
    expect(rules.elements.nodeports.get('tcp . 30080')).toBe(`goto ${name('ext_')}`);
    expect(rules.chains.get(name('ext_'))).toEqual([`ip saddr 10.240.0.0/16 goto ${name('svc_')}`, `fib saddr type local goto ${name('svc_')}`, `goto ${name('loc_')}`]);
    expect(rules.chains.get(name('loc_'))).toEqual(['drop']);
    expect([...computeRules([service({ internalTrafficPolicy: 'Local' })], [slice([{ address: '10.240.1.2', nodeName: 'there' }])], node).chains.values()]).toEqual([['drop']]);
  });

  it('let only the source ranges of a load balancer reach its addresses, and everybody its node ports', () => {
    const balancer = service({ type: 'LoadBalancer', loadBalancerSourceRanges: ['192.0.2.0/24', ' 198.51.100.7/32', '2001:db8::/32'], ports: [{ port: 80, nodePort: 30080 }] });
    const rules = computeRules([{ ...balancer, status: { loadBalancer: { ingress: [{ ip: '203.0.113.1' }] } } } as Service], [slice([{ address: '10.240.0.2' }])], node);
    const chain = (element: string | undefined) => rules.chains.get((element ?? '').replace('goto ', ''));
    for (const element of [rules.elements.services.get('203.0.113.1 . tcp . 80'), rules.elements.nodeports.get('tcp . 80')]) {
      expect(chain(element)?.map((rule) => rule.replace(/svc_\w+/, 'svc'))).toEqual(['ip saddr 192.0.2.0/24 goto svc', 'ip saddr 198.51.100.7/32 goto svc', 'drop']);
    }
    expect(rules.elements.nodeports.get('tcp . 30080')).toMatch(/^goto svc_/);
    expect(rules.elements.services.get('10.96.0.10 . tcp . 80')).toMatch(/^goto svc_/);
  });

  it('leave the host\'s port to a load balancer of another class', () => {
    const rules = computeRules([service({ type: 'LoadBalancer', loadBalancerClass: 'example.com/lb', ports: [{ port: 80, nodePort: 30080 }] })], [slice([{ address: '10.240.0.2' }])], node);
    expect(keys(rules, 'nodeports')).toEqual(['tcp . 30080']);
  });

  it('stay in the zone of the node where the Service asks for it and every endpoint says which zone it is for', () => {
    const inZones = (zones: readonly (string | undefined)[]) => {
      const plain = slice(zones.map((_zone, index) => ({ address: `10.240.0.${index + 2}` })));
      return { ...plain, endpoints: plain.endpoints.map((endpoint, index) => ({ ...endpoint, ...(zones[index] && { hints: { forZones: [{ name: zones[index] }] } }) })) } as EndpointSlice;
    };
    const asked = { ...service({}), metadata: { name: 'web', namespace: 'shop', annotations: { 'service.kubernetes.io/topology-mode': 'Auto' } } } as Service;
    const seen = (from: Service, zones: readonly (string | undefined)[], zone: string | undefined) => targets(computeRules([from], [inZones(zones)], { ...node, zone }));
    expect(seen(asked, ['a', 'b'], 'b')).toEqual(['10.240.0.3']);
    for (const [from, zones, zone] of [[service({}), ['a', 'b'], 'b'], [asked, ['a', 'b'], 'c'], [asked, ['a', undefined], 'a'], [asked, ['a', 'b'], undefined]] as const) {
      expect(seen(from, zones, zone)).toEqual(['10.240.0.2', '10.240.0.3']);
    }
  });

  it('remember clients per endpoint with session affinity', () => {
    const rules = computeRules([service({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } })], [slice([{ address: '10.240.0.2' }, { address: '10.240.0.3' }])], node);
    expect([...rules.affinitySets.values()]).toEqual([60, 60]);
    const main = [...rules.chains].find(([name]) => name.startsWith('svc_'))?.[1] ?? [];
    expect(main.slice(0, 2).every((rule) => /^ip saddr @aff_\S+ goto ep_/.test(rule))).toBe(true);
  });

  it('take the port of a load balancer on this host unless a program has it', () => {
    const balancer = service({ type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30080 }] });
    const endpoints = [slice([{ address: '10.240.0.2' }])];
    expect(keys(computeRules([balancer], endpoints, node), 'nodeports')).toEqual(['tcp . 30080', 'tcp . 80']);
    expect(keys(computeRules([balancer], endpoints, { ...node, takenPorts: new Set(['tcp/80']) }), 'nodeports')).toEqual(['tcp . 30080']);
  });

  it('are none for headless Services and external names', () => {
    const rules = computeRules([service({ clusterIP: 'None' }), service({ type: 'ExternalName', clusterIP: undefined }, 'other')], [slice([{ address: '10.240.0.2' }])], node);
    expect(rules.chains.size + rules.elements.services.size).toBe(0);
  });
});

describe('the difference of rules', () => {
  const endpoints = (...addresses: string[]) => [slice(addresses.map((address) => ({ address })))];

  it('is nothing for equal input', () => {
    const rules = () => computeRules([service({ sessionAffinity: 'ClientIP' })], endpoints('10.240.0.2', '10.240.0.3'), node);
    expect(diffScript('t', rules(), rules())).toBe('');
  });

  it('touches only the Service whose endpoints changed', () => {
    const other = service({ clusterIP: '10.96.0.11' }, 'other');
    const otherSlice = slice([{ address: '10.240.0.9' }], { name: 'other' });
    const script = diffScript('t', computeRules([service({}), other], [...endpoints('10.240.0.2'), otherSlice], node), computeRules([service({}), other], [...endpoints('10.240.0.2', '10.240.0.3'), otherSlice], node));
    expect(script.split('\n').filter(Boolean).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['flush chain', 'add rule', 'add element']);
    expect(script).not.toContain('10.240.0.9');
  });

  it('removes what refers to a chain before the chain', () => {
    const script = diffScript('t', computeRules([service({ sessionAffinity: 'ClientIP' })], endpoints('10.240.0.2', '10.240.0.3'), node), noRules).split('\n').filter(Boolean);
    const first = (start: string) => script.findIndex((line) => line.startsWith(start));
    const last = (start: string) => script.findLastIndex((line) => line.startsWith(start));
    expect(last('delete element')).toBeLessThan(first('flush chain'));
    expect(last('flush chain')).toBeLessThan(first('delete chain'));
    expect(last('delete chain')).toBeLessThan(first('delete set'));
  });
});
