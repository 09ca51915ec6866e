import { containersIn } from '../../containers-in';
import type { Rule } from '../../rule';

/** An agent on every node (DaemonSet) has a use for it; copies that move from node to node have none. */
export const hostPort: Rule = {
  id: 'host-port',
  severity: 'warning',
  summary: 'The pod takes a port of its node',
  why: 'Only one copy fits on a node: the second one stays Pending, and so does the new one of a rolling update. Where the pod runs tomorrow nobody knows, so nobody knows the address either; a Service has one that stays.',
  seeAlso: 'https://kubernetes.io/docs/concepts/configuration/overview/#services',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - { name: web, image: shop:1.4.2, ports: [{ containerPort: 8080, hostPort: 80 }] }
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - { name: web, image: shop:1.4.2, ports: [{ containerPort: 8080 }] }
`,
  },

  *check(objects) {
    for (const { container, path, template } of containersIn(objects)) {
      if (template.object.kind === 'DaemonSet' || template.spec.hostNetwork) continue;
      for (const [index, { hostPort: port }] of (container.ports ?? []).entries()) {
        if (port) yield { object: template.object, field: `${path}.ports[${index}].hostPort`, message: `it needs port ${port} of its node for itself`, fix: 'remove hostPort, and add a Service (of type LoadBalancer or NodePort for requests from outside)' };
      }
    }
  },
};
