import { matchesLabels } from '../../../api/selectors';
import type { Service, StatefulSet } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import { KnownObjects } from '../../known-objects';
import type { Problem, Rule } from '../../rule';

const database = (service: string) => `
apiVersion: v1
kind: Service
metadata: { name: db }
spec: { ${service}, selector: { app: db }, ports: [{ port: 5432 }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec:
      containers: [{ name: db, image: postgres:15.4 }]
`;

/** The names of a StatefulSet's pods come from its Service: it must be there, headless, and select them. */
export const governingService: Rule = {
  id: 'governing-service',
  severity: 'warning',
  summary: 'The pods of a StatefulSet have no names of their own',
  why: 'web-0.web resolves only through the Service named by spec.serviceName, and only if it is headless and selects the pods. Without it, the members of a cluster do not find each other; the API server does not notice.',
  seeAlso: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id',
  examples: { fails: database('type: ClusterIP'), passes: database('clusterIP: None') },

  *check(objects) {
    for (const object of objects.ofKind('StatefulSet')) {
      const { metadata: { namespace }, spec } = object;
      if (!spec?.serviceName) continue;
      const service = objects.tryFind('Service', namespace, spec.serviceName);
      const problem = service ? tryProblem(object, service) : KnownObjects.of(objects).has('Service', namespace, spec.serviceName) ? undefined : {
        message: `Service ${spec.serviceName} is not among these manifests`, fix: `add Service ${spec.serviceName} with clusterIP: None and the selector of this StatefulSet`,
      };
      if (problem) yield { object, field: 'spec.serviceName', ...problem };
    }
  },
};

function tryProblem(object: DeepReadonly<StatefulSet>, { metadata: { name }, spec }: DeepReadonly<Service>): Pick<Problem, 'message' | 'fix'> | undefined {
  if (spec.clusterIP !== 'None') return { message: `Service ${name} is not headless`, fix: `set clusterIP: None at Service ${name}, or name a headless Service beside it (a cluster IP cannot be taken away later: make a new one)` };
  if (!spec.selector || matchesLabels(spec.selector, object.spec.template?.metadata?.labels)) return undefined;
  return { message: `Service ${name} selects other pods`, fix: `use the labels of this StatefulSet's pods as the selector of Service ${name}` };
}
