import { matchesLabelSelector } from '../../../api/selectors';
import type { networking, NetworkPolicy } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import type { PodTemplate } from '../../pod-templates';
import type { Rule } from '../../rule';
import { SelectorIndex } from '../../selector-index';
import { selectedPods } from '../../selected-pods';

const DNS_PORT = 53;

const policy = (more: string) => `
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { containers: [{ name: web, image: shop:1.4.2 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: db, labels: { app: db } }
spec: { containers: [{ name: db, image: postgres:15.4 }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web-to-db }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Egress]
  egress:
    - to: [{ podSelector: { matchLabels: { app: db } } }]
      ports: [{ port: 5432 }]${more}
`;

/** A pod may connect to other pods, and may not ask for their names. */
export const policyBlocksDns: Rule = {
  id: 'policy-blocks-dns',
  severity: 'warning',
  summary: 'A network policy allows connections, and not the DNS queries for their names',
  why: 'As soon as one policy concerns the egress of a pod, everything that none allows is dropped, DNS too. The program waits for its name lookups until they time out, and the connections that are allowed are never made.',
  seeAlso: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/',
  examples: { fails: policy(''), passes: policy('\n    - ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }]') },

  *check(objects) {
    const policies = objects.ofKind('NetworkPolicy').filter(concernsEgress);
    const mayAskDns = dnsAllowance(policies);
    for (const object of policies) {
      if (!(object.spec.egress ?? []).some(goesToNames)) continue;
      const cut = selectedPods(objects, object.metadata.namespace, object.spec.podSelector).find((pod) => !mayAskDns(pod));
      if (cut) yield { object, field: 'spec.egress', message: `${cut.owner} may connect to what is listed, and no policy lets it ask DNS`, fix: 'add an egress rule with the ports 53 UDP and 53 TCP' };
    }
  },
};

/** Whether one of the policies lets a pod ask DNS. Policies with labels are looked up, the few others asked one by one. */
function dnsAllowance(policies: readonly DeepReadonly<NetworkPolicy>[]): (pod: PodTemplate) => boolean {
  const allowing = policies.filter(({ spec }) => (spec.egress ?? []).some(allowsDns));
  const hasLabels = ({ spec }: DeepReadonly<NetworkPolicy>) => Object.keys(spec.podSelector?.matchLabels ?? {}).length > 0;
  const index = new SelectorIndex(allowing.filter(hasLabels).map((policy) => [policy, policy.metadata.namespace, policy.spec.podSelector?.matchLabels ?? {}]));
  const others = allowing.filter((policy) => !hasLabels(policy));
  return ({ object: { metadata: { namespace } }, labels }) => [...index.selecting(namespace, labels), ...others.filter(({ metadata }) => metadata.namespace === namespace)]
    .some(({ spec }) => matchesLabelSelector(spec.podSelector, labels));
}

type EgressRule = DeepReadonly<networking.NetworkPolicyEgressRule>;

const concernsEgress = ({ spec }: DeepReadonly<NetworkPolicy>) => spec?.podSelector !== undefined && (spec.policyTypes?.includes('Egress') ?? spec.egress !== undefined);

/** Pods and namespaces are reached by names; ranges of addresses without. */
const goesToNames = ({ to }: EgressRule) => !to?.length || to.some(({ podSelector, namespaceSelector }) => podSelector ?? namespaceSelector);

function allowsDns({ to, ports }: EgressRule): boolean {
  if (ports?.length) return ports.some(({ port, endPort }) => port === undefined || port === DNS_PORT || port === 'dns' || (typeof port === 'number' && endPort !== undefined && port <= DNS_PORT && DNS_PORT <= endPort));
  return !to?.length || to.some(({ namespaceSelector, ipBlock }) => namespaceSelector ?? ipBlock); // the cluster's DNS is in another namespace
}
