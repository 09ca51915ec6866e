import { describePolicy, policyOf, violations } from '../../../api/pod-security/policy';
import type { Rule } from '../../rule';

/** What the server will refuse because the namespace, applied together with the pods, says so. */
export const podSecurity: Rule = {
  id: 'pod-security',
  severity: 'error',
  summary: 'The namespace refuses the pod',
  why: 'The label pod-security.kubernetes.io/enforce of the namespace makes the server refuse pods that do not keep to a Pod Security Standard. A workload is accepted and then has no pods: the refusal is only in the events of its ReplicaSet or Job.',
  seeAlso: 'https://kubernetes.io/docs/concepts/security/pod-security-admission/',
  ignorable: false,
  examples: {
    fails: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { pod-security.kubernetes.io/enforce: restricted } }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers: [{ name: web, image: shop:1.4.2 }]
`,
    passes: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { pod-security.kubernetes.io/enforce: restricted } }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }
  containers:
    - { name: web, image: shop:1.4.2, securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } } }
`,
  },

  *check(objects) {
    for (const { annotations, object, path, spec } of objects.podTemplates) {
      const { namespace } = object.metadata;
      const labels = namespace === undefined ? undefined : objects.tryFind('Namespace', undefined, namespace)?.metadata.labels;
      if (!labels) continue;
      const policy = policyOf(labels, 'enforce');
      for (const { reason, detail } of violations({ spec, annotations }, policy)) {
        yield { object, field: path, message: `${describePolicy(policy)} of namespace ${namespace}: ${reason}${detail ? ` (${detail})` : ''}`, fix: detail.includes('must') ? detail : `remove what ${policy.level} does not allow, or label the namespace otherwise` };
      }
    }
  },
};
