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
    const ingresses = ingressesByService(objects);
    for (const template of objects.podTemplates) {
      const replicas = tryReplicasOf(objects, template);
      if (!replicas || replicas.written) continue;
      const outer = servicesOf(objects, template).map(({ metadata, spec }) =>
        spec.type === 'LoadBalancer' || spec.type === 'NodePort' ? `Service ${metadata.name} (${spec.type})` : ingresses.get(`${metadata.namespace}/${metadata.name}`)).find((way) => way !== undefined);
      if (!outer) continue;
      const [object, field] = replicas.autoscaler ? [replicas.autoscaler, 'spec.minReplicas'] : [template.object, 'spec.replicas'];
      yield { object, field, message: `${outer} brings requests from outside, and there is one copy unless a number is written`, fix: `set ${field}: 2 or more, or write 1 if one is meant` };
    }
  },
};

/** `Ingress shop`, by the namespace and name of each Service it sends to. */
function ingressesByService(objects: CheckedObjects): ReadonlyMap<string, string> {
  return new Map(objects.ofKind('Ingress').flatMap(({ metadata, spec }) =>
    [spec?.defaultBackend, ...(spec?.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend))]
      .flatMap((backend) => (backend?.service ? [[`${metadata.namespace}/${backend.service.name}`, `Ingress ${metadata.name}`] as const] : []))));
}
