import { dangling } from '../../dangling';
import type { Rule } from '../../rule';

const pod = (account: string) => `
apiVersion: v1
kind: ServiceAccount
metadata: { name: reporter }
---
apiVersion: v1
kind: Pod
metadata: { name: report }
spec:
  serviceAccountName: ${account}
  containers: [{ name: report, image: shop:1.4.2 }]
`;

/** A pod that is to run as a ServiceAccount which nobody makes is refused when its controller creates it. */
export const danglingServiceAccount: Rule = {
  id: 'dangling-service-account',
  severity: 'warning',
  summary: 'A pod runs as a ServiceAccount that is not there',
  why: 'The API server refuses the pods: the workload is accepted and stays at 0 copies, and only the events of its ReplicaSet say that the service account was not found.',
  seeAlso: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/',
  examples: { fails: pod('reporting'), passes: pod('reporter') },

  *check(objects) {
    for (const { object, spec, path } of objects.podTemplates) {
      const name = spec.serviceAccountName;
      if (name) yield* dangling(objects, [{ object, field: `${path}.serviceAccountName`, kind: 'ServiceAccount', namespace: object.metadata.namespace, name }], ['ServiceAccount']);
    }
  },
};
