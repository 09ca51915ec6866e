import { matchesLabelSelector } from '../../../api/selectors';
import type { networking, NetworkPolicy } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import type { Rule } from '../../rule';
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
    const byNamespace = new Map<string, DeepReadonly<NetworkPolicy>[]>();
    for (const object of objects.ofKind('NetworkPolicy')) {
      if (!concernsEgress(object)) continue;
      const namespace = object.metadata.namespace ?? '';
      byNamespace.set(namespace, [...byNamespace.get(namespace) ?? [], object]);
    }
    for (const object of [...byNamespace.values()].flat()) {
      if (!(object.spec.egress ?? []).some(goesToNames)) continue;
      const others = byNamespace.get(object.metadata.namespace ?? '') ?? [];
      const cut = selectedPods(objects, object.metadata.namespace, object.spec.podSelector)
        .find(({ labels }) => !others.some((other) => matchesLabelSelector(other.spec.podSelector, labels) && (other.spec.egress ?? []).some(allowsDns)));
      if (cut) yield { object, field: 'spec.egress', message: `${cut.owner} may connect to what is listed, and no policy lets it ask DNS`, fix: 'add an egress rule with the ports 53 UDP and 53 TCP' };
    }
  },
};

type EgressRule = DeepReadonly<networking.NetworkPolicyEgressRule>;

const concernsEgress = ({ spec }: DeepReadonly<NetworkPolicy>) => spec?.podSelector !== undefined && (spec.policyTypes?.includes('Egress') ?? spec.egress !== undefined);

/** Pods and namespaces are reached by names; ranges of addresses without. */
const goesToNames = ({ to }: EgressRule) => !to?.length || to.some(({ podSelector, namespaceSelector }) => podSelector ?? namespaceSelector);

function allowsDns({ to, ports }: EgressRule): boolean {
  if (ports?.length) return ports.some(({ port, endPort }) => port === undefined || port === DNS_PORT || port === 'dns' || (typeof port === 'number' && endPort !== undefined && port <= DNS_PORT && DNS_PORT <= endPort));
  return !to?.length || to.some(({ namespaceSelector, ipBlock }) => namespaceSelector ?? ipBlock); // the cluster's DNS is in another namespace
}
