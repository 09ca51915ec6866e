import { containersIn } from '../../containers-in';
import type { Rule } from '../../rule';

export const sshPort: Rule = {
  id: 'ssh-port',
  severity: 'warning',
  summary: 'The container runs an SSH server',
  why: 'A second way in, with keys of its own that nobody rotates, past the access control and the audit log of the cluster; and what is changed by hand is gone with the pod. One-off work is an admin process of the same release.',
  seeAlso: 'https://12factor.net/admin-processes',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - { name: web, image: shop:1.4.2, ports: [{ containerPort: 8080 }, { containerPort: 22 }] }
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
      for (const [index, { containerPort, protocol = 'TCP' }] of (container.ports ?? []).entries()) {
        if (containerPort === 22 && protocol === 'TCP') yield { object: template.object, field: `${path}.ports[${index}].containerPort`, message: '22 is the port of SSH', fix: 'use kubectl exec, or twelve run; a program that is not SSH should use another port' };
      }
    }
  },
};
