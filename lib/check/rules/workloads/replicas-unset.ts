import type { CheckedObjects } from '../../checked-objects';
import { tryReplicasOf } from '../../replicas';
import type { Rule } from '../../rule';
import { servicesOf } from '../../services-of';

/** One copy by omission of what the outside reaches. `replicas: 1` that is written is a decision, and no finding. */
export const replicasUnset: Rule = {
  id: 'replicas-unset',
  severity: 'warning',
  summary: 'What users reach runs in one copy, and nobody decided so',
  why: 'Without a number there is one copy. While its node is drained, or it is restarted after a crash, nobody answers. Where one copy is enough, saying so tells the next reader that it was meant.',
  seeAlso: 'https://12factor.net/concurrency',
  examples: {
    fails: `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: nginx:1.27.3 }]
`,
    passes: `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: nginx:1.27.3 }]
`,
  },

  *check(objects) {
    for (const template of objects.podTemplates) {
      const replicas = tryReplicasOf(objects, template);
      if (!replicas || replicas.written) continue;
      const outer = servicesOf(objects, template).map((service) => tryWayIn(objects, service)).find((way) => way !== undefined);
      if (!outer) continue;
      const [object, field] = replicas.autoscaler ? [replicas.autoscaler, 'spec.minReplicas'] : [template.object, 'spec.replicas'];
      yield { object, field, message: `${outer} brings requests from outside, and there is one copy unless a number is written`, fix: `set ${field}: 2 or more, or write 1 if one is meant` };
    }
  },
};

/** How requests from outside the cluster come to a Service. */
function tryWayIn(objects: CheckedObjects, { metadata, spec }: ReturnType<typeof servicesOf>[number]): string | undefined {
  if (spec.type === 'LoadBalancer' || spec.type === 'NodePort') return `Service ${metadata.name} (${spec.type})`;
  const ingress = objects.inNamespace('Ingress', metadata.namespace).find(({ spec: rules }) => [rules?.defaultBackend, ...(rules?.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend))]
    .some((backend) => backend?.service?.name === metadata.name));
  return ingress && `Ingress ${ingress.metadata.name}`;
}
