import { isLongRunning } from '../../containers-in';
import type { Rule } from '../../rule';
import { servicesOf } from '../../services-of';

/** Pods that a Service sends to, and none of whose containers says when it can be sent to. */
export const readinessProbe: Rule = {
  id: 'readiness-probe',
  severity: 'warning',
  summary: 'A Service sends to the pod, which has no readiness probe',
  why: 'Without a probe a container counts as ready as soon as its process exists. Requests reach it before it listens, and a rolling update takes the old pods away while the new ones still start, or fail to.',
  seeAlso: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
  examples: {
    fails: `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec:
  containers:
    - { name: web, image: nginx:1.27.3 }
`,
    passes: `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec:
  containers:
    - { name: web, image: nginx:1.27.3, readinessProbe: { httpGet: { path: /, port: 80 } } }
`,
  },

  *check(objects) {
    for (const template of objects.podTemplates) {
      if (template.object.kind === 'Job' || template.object.kind === 'CronJob') continue;
      const [service] = servicesOf(objects, template);
      if (!service || template.spec.readinessGates?.length || template.containers.some((checked) => isLongRunning(checked) && checked.container.readinessProbe)) continue;
      const main = template.containers.find(({ init }) => !init);
      if (!main) continue;
      yield {
        object: template.object, field: `${main.path}.readinessProbe`,
        message: `Service ${service.metadata.name} sends to it as soon as its process exists`,
        fix: `give container ${main.container.name} a readinessProbe that answers only when it can take requests: httpGet on a cheap path, or tcpSocket`,
      };
    }
  },
};
