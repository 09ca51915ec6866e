import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NetworkPolicy, Pod } from '../../lib/api/types';
import { computePolicyRules } from '../../lib/network-policy/compute-rules';
import { policyPods, sameForPolicies } from '../../lib/network-policy/policy-pod';
import { passes } from './nft-model';
import { type Attempt, isAllowed, type ReferencePod } from './reference';

const namespaces = { x: { 'kubernetes.io/metadata.name': 'x', team: 'one' }, y: { 'kubernetes.io/metadata.name': 'y', team: 'two' }, z: { 'kubernetes.io/metadata.name': 'z' } };
/** Names mean different numbers in different pods. */
const pods: readonly ReferencePod[] = Object.keys(namespaces).flatMap((namespace, at) => ['a', 'b', 'c'].map((name, index) => ({
  namespace, labels: { pod: name, ...(index < 2 && { tier: 'front' }) }, address: `10.240.0.${at * 16 + index + 2}`, ports: { web: 80 + index, admin: 9000 },
})));

function rulesFor(policies: readonly NetworkPolicy[]) {
  return computePolicyRules({
    policies, namespaces: new Map(Object.entries(namespaces)),
    pods: pods.map((pod) => ({ ...pod, uid: pod.address, local: true, ports: Object.entries(pod.ports ?? {}).map(([name, port]) => ({ name, port, protocol: 'TCP' })) })),
  });
}

const policy = (spec: NetworkPolicy['spec'], namespace = 'x', name = 'p') => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec }) as NetworkPolicy;

function attempts(): readonly Attempt[] {
  const ports: readonly [Attempt['protocol'], number][] = [['TCP', 80], ['TCP', 81], ['TCP', 9000], ['UDP', 80], ['SCTP', 80]];
  return pods.flatMap((from) => pods.flatMap((to) => ports.map(([protocol, port]) => ({ from, to, protocol, port }))));
}

function expectAsUpstream(policies: readonly NetworkPolicy[]): void {
  const rules = rulesFor(policies);
  for (const attempt of attempts()) {
    const { from, to, protocol, port } = attempt;
    expect([from.namespace, from.labels.pod, to.namespace, to.labels.pod, protocol, port, passes(rules, attempt)])
      .toEqual([from.namespace, from.labels.pod, to.namespace, to.labels.pod, protocol, port, isAllowed(policies, namespaces, attempt)]);
  }
}

const label = fc.constantFrom({ matchLabels: { pod: 'a' } }, { matchLabels: { tier: 'front' } }, {}, { matchExpressions: [{ key: 'pod', operator: 'NotIn', values: ['b'] }] }, { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] });
const space = fc.constantFrom({}, { matchLabels: { team: 'one' } }, { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['y', 'z'] }] });
const block = fc.constantFrom<{ cidr: string; except?: string[] }>(
  { cidr: '0.0.0.0/0' }, { cidr: '10.240.0.0/28' }, { cidr: '10.240.0.0/24', except: ['10.240.0.16/28', '10.240.0.18/32', '10.240.0.3/32'] }, { cidr: '10.240.0.34/32' }, { cidr: '2001:db8::/32' });
const peer = fc.oneof(fc.record({ podSelector: label }), fc.record({ namespaceSelector: space }), fc.record({ podSelector: label, namespaceSelector: space }), fc.record({ ipBlock: block }));
const port = fc.oneof(
  fc.record({ protocol: fc.constantFrom('TCP', 'UDP', 'SCTP'), port: fc.constantFrom(80, 81) }), fc.record({ protocol: fc.constantFrom('TCP', 'UDP') }),
  fc.record({ port: fc.constantFrom('web', 'admin', 'none'), protocol: fc.constantFrom('TCP', 'UDP') }), fc.constantFrom({ port: 79, endPort: 80 }, { port: 80, endPort: 9000 }));
const someRules = (field: 'from' | 'to') => fc.array(fc.record({ [field]: fc.array(peer, { maxLength: 2 }), ports: fc.array(port, { maxLength: 3 }) }, { requiredKeys: [] }), { maxLength: 2 });
const somePolicy = fc.record({
  namespace: fc.constantFrom('x', 'y'),
  spec: fc.record({
    podSelector: label, policyTypes: fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress']), ingress: someRules('from'), egress: someRules('to'),
  }, { requiredKeys: ['podSelector', 'policyTypes'] }),
}).map(({ namespace, spec }) => policy(spec as unknown as NetworkPolicy['spec'], namespace));

describe('rules of network policies', () => {
  it('let pass what the documentation of Kubernetes says, for any policies', () => {
    fc.assert(fc.property(fc.array(somePolicy, { minLength: 1, maxLength: 4 }), (policies) => {
      const rules = rulesFor(policies);
      for (const attempt of attempts()) {
        // The reference knows named ports as TCP ports only, as the pods here have them.
        if (passes(rules, attempt) !== isAllowed(policies.map(withoutNamedUdp), namespaces, attempt)) throw new Error(JSON.stringify({ attempt, passes: passes(rules, attempt) }));
      }
    }), { numRuns: 300 });
  });

  it.each<[string, readonly NetworkPolicy[]]>([
    ['nothing selects', [policy({ podSelector: { matchLabels: { pod: 'nobody' } }, policyTypes: ['Ingress'] })]],
    ['default deny of both directions', [policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] })]],
    ['an empty rule allows all', [policy({ podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] })]],
    ['an empty peer list allows all, an empty namespace selector all pods', [policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{ from: [] }], egress: [{ to: [{ namespaceSelector: {} }] }] })]],
    ['policies add up', [policy({ podSelector: {}, policyTypes: ['Ingress'] }), policy({ podSelector: { matchLabels: { pod: 'a' } }, policyTypes: ['Ingress'], ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'two' } } }] }] })]],
    ['types that were left out: egress only where it has rules', [policy({ podSelector: {} }), policy({ podSelector: { matchLabels: { pod: 'b' } }, egress: [{ ports: [{ port: 81 }] }] })]],
  ])('%s', (_name, policies) => expectAsUpstream(policies));

  it('are the same text in any order of policies, so that nothing is rewritten', () => {
    const policies = [policy({ podSelector: {}, policyTypes: ['Ingress'], ingress: [{ ports: [{ port: 81 }, { port: 80 }] }] }), policy({ podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }] }] }, 'x', 'q')];
    expect(rulesFor([...policies].reverse())).toEqual(rulesFor(policies));
  });

  it('know every pod of the node, also those without policies, and police those of this node only', () => {
    const remote = { ...pods[0], uid: 'r', local: false, ports: [] };
    const rules = computePolicyRules({ policies: [policy({ podSelector: {}, policyTypes: ['Ingress'] })], namespaces: new Map(Object.entries(namespaces)), pods: [remote, { ...pods[1], uid: 'l', local: true, ports: [] }] });
    expect([...rules.sets.get('known')?.elements.keys() ?? []]).toEqual([pods[1].address]);
    expect([...rules.sets.get('ingress_policed')?.elements.keys() ?? []]).toEqual([pods[1].address]);
  });
});

function withoutNamedUdp(original: NetworkPolicy): NetworkPolicy {
  const clean = <T extends { ports?: { port?: unknown; protocol?: string }[] }>(rules: readonly T[] | undefined) => rules?.map((rule) => {
    const ports = rule.ports?.map((candidate) => (typeof candidate.port === 'string' && candidate.protocol === 'UDP' ? { ...candidate, port: 'none' } : candidate));
    return { ...rule, ...(ports && { ports }) };
  });
  return { ...original, spec: { ...original.spec, ingress: clean(original.spec.ingress), egress: clean(original.spec.egress) } } as NetworkPolicy;
}

describe('pods that policies see', () => {
  const pod = (uid: string, more: object = {}, spec: object = {}) => ({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: uid, namespace: 'x', uid, creationTimestamp: '2026-01-01T00:00:00Z' }, spec: { nodeName: 'here', containers: [], ...spec }, status: { phase: 'Running', podIP: '10.240.0.2', ...more },
  }) as unknown as Pod;
  const addresses = (list: readonly Pod[], attached = new Map<string, string>()) => policyPods(list, 'here', attached).map(({ uid, address }) => `${uid} ${address}`);

  it('have an address, their own network, and have not ended', () => {
    expect(addresses([pod('a'), pod('b', { podIP: undefined }), pod('c', { phase: 'Succeeded', podIP: '10.240.0.3' }), pod('d', { podIP: '10.240.0.4' }, { hostNetwork: true })])).toEqual(['a 10.240.0.2']);
  });

  it('are known by the address that the node gave before the API has it, also where an older pod had it', () => {
    expect(addresses([pod('old'), pod('new', { podIP: undefined })], new Map([['new', '10.240.0.2']]))).toEqual(['new 10.240.0.2']);
  });

  it('change for policies by labels, address, node and end alone', () => {
    expect(sameForPolicies(pod('a'), pod('a', { conditions: [{ type: 'Ready', status: 'True' }] }))).toBe(true);
    expect(sameForPolicies(pod('a'), pod('a', { phase: 'Failed' }))).toBe(false);
  });
});
