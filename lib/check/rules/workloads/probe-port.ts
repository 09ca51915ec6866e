import { containersIn } from '../../containers-in';
import { handlerPorts } from '../../probes-of';
import type { Rule } from '../../rule';

/** A probe or hook that names a port which the container does not have never succeeds. */
export const probePort: Rule = {
  id: 'probe-port',
  severity: 'error',
  summary: 'A probe names a port that the container does not have',
  why: 'The kubelet looks the name up among the ports of the same container. When it is not there the probe fails each time: the pod never becomes ready, or is restarted forever.',
  seeAlso: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#use-a-named-port',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: nginx:1.27.3
      ports: [{ name: http, containerPort: 80 }]
      readinessProbe: { httpGet: { path: /, port: web } }
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: nginx:1.27.3
      ports: [{ name: http, containerPort: 80 }]
      readinessProbe: { httpGet: { path: /, port: http } }
`,
  },

  *check(objects) {
    for (const checked of containersIn(objects)) {
      const { container, path, template } = checked;
      const names = (container.ports ?? []).flatMap(({ name }) => name ?? []);
      for (const { field, port } of handlerPorts(checked)) {
        if (typeof port !== 'string' || /^\d+$/.test(port) || names.includes(port)) continue;
        yield {
          object: template.object, field: `${path}.${field}`,
          message: `container ${container.name} has no port named ${port}; it has ${names.join(', ') || 'no named ports'}`,
          fix: names.length > 0 ? `use ${names.join(' or ')}, or name a port ${port}` : `name one of its ports ${port}, or write the number`,
        };
      }
    }
  },
};
