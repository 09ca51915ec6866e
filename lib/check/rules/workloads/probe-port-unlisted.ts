import { containersIn } from '../../containers-in';
import { handlerPorts } from '../../probes-of';
import type { Rule } from '../../rule';

/** A container that lists its ports, and is probed on another one. */
export const probePortUnlisted: Rule = {
  id: 'probe-port-unlisted',
  severity: 'warning',
  summary: 'A probe goes to a port that is not among the container\'s ports',
  why: 'The list of ports is information, so this can work. Most often the port was changed on one side only: then the probe fails, and the pod never becomes ready or is restarted forever.',
  seeAlso: 'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: shop:1.4.2
      ports: [{ name: http, containerPort: 8080 }]
      readinessProbe: { httpGet: { path: /, port: 80 } }
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: shop:1.4.2
      ports: [{ name: http, containerPort: 8080 }]
      readinessProbe: { httpGet: { path: /, port: http } }
`,
  },

  *check(objects) {
    for (const checked of containersIn(objects)) {
      const { container, path, template } = checked;
      const listed = (container.ports ?? []).filter(({ protocol = 'TCP' }) => protocol === 'TCP').map(({ containerPort }) => containerPort);
      if (listed.length === 0) continue;
      for (const { field, port } of handlerPorts(checked)) {
        if (!/^\d+$/.test(String(port)) || listed.includes(Number(port))) continue;
        yield {
          object: template.object, field: `${path}.${field}`,
          message: `container ${container.name} lists ${listed.join(', ')}, and the probe goes to ${port}`,
          fix: 'use the name of the port, or list this one too',
        };
      }
    }
  },
};
