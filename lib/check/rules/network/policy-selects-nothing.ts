import type { networking, NetworkPolicy } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import type { Rule } from '../../rule';
import { describeSelector, lacksPods, meantLabels } from '../../selected-pods';

const policy = (label: string) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db-from-web }
spec:
  podSelector: { matchLabels: { app: ${label} } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }]
---
apiVersion: v1
kind: Pod
metadata: { name: db, labels: { app: db } }
spec: { containers: [{ name: db, image: postgres:15.4 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { containers: [{ name: web, image: shop:1.4.2 }] }
`;

/** A network policy that protects nobody, or lets nobody in. */
export const policySelectsNothing: Rule = {
  id: 'policy-selects-nothing',
  severity: 'warning',
  summary: 'A network policy selects no pods',
  why: 'A policy for pods that do not exist protects nothing: the pods that were meant are open to everybody. A peer that does not exist lets nobody in, and those who should come in time out.',
  seeAlso: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/',
  examples: { fails: policy('dbs'), passes: policy('db') },

  *check(objects) {
    for (const object of objects.ofKind('NetworkPolicy')) {
      const { namespace } = object.metadata;
      for (const { field, selector } of selectorsOf(object)) {
        if (!lacksPods(objects, namespace, selector)) continue;
        yield {
          object, field, message: `no pod of these manifests has ${describeSelector(selector)}`,
          fix: meantLabels(objects, namespace, selector) ?? 'use the labels of the pods that are meant; a peer in another namespace needs a namespaceSelector beside its podSelector',
        };
      }
    }
  },
};

type Peer = DeepReadonly<networking.NetworkPolicyPeer>;

function selectorsOf({ spec }: DeepReadonly<NetworkPolicy>) {
  const peers = (peerList: readonly Peer[] | undefined, path: string) => (peerList ?? []).flatMap(({ podSelector, namespaceSelector }, index) => (podSelector && !namespaceSelector ? [{ field: `${path}[${index}].podSelector`, selector: podSelector }] : []));
  return [
    ...spec?.podSelector ? [{ field: 'spec.podSelector', selector: spec.podSelector }] : [],
    ...(spec?.ingress ?? []).flatMap(({ from }, index) => peers(from, `spec.ingress[${index}].from`)),
    ...(spec?.egress ?? []).flatMap(({ to }, index) => peers(to, `spec.egress[${index}].to`)),
  ];
}
