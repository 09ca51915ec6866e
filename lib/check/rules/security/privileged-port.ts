import { containersIn } from '../../containers-in';
import type { Rule } from '../../rule';
import { capability, securityOf } from '../../security-of';

const FIRST_FREE = 1024;
const LIFTS_IT = 'net.ipv4.ip_unprivileged_port_start';

/** A low port is no problem as such: only together with a user and capabilities that cannot open it. */
export const privilegedPort: Rule = {
  id: 'privileged-port',
  severity: 'warning',
  summary: 'The process may not open its port',
  why: 'Ports below 1024 need root or the capability NET_BIND_SERVICE, and this container has neither. Docker and newer versions of containerd lift the restriction, older nodes do not: there the process ends with "permission denied".',
  seeAlso: 'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: nginx:1.27.3
      ports: [{ containerPort: 80 }]
      securityContext: { runAsUser: 101, capabilities: { drop: [ALL] } }
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: nginx:1.27.3
      ports: [{ containerPort: 8080 }]
      securityContext: { runAsUser: 101, capabilities: { drop: [ALL] } }
`,
  },

  *check(objects) {
    for (const checked of containersIn(objects)) {
      const { container, path, template } = checked;
      const { capabilities, runAsNonRoot, runAsUser } = securityOf(template, checked);
      const named = (list: readonly string[] = []) => list.map(capability);
      const isPlain = (runAsNonRoot === true || (runAsUser ?? 0) > 0) && named(capabilities?.drop).some((name) => name === 'ALL' || name === 'NET_BIND_SERVICE');
      if (!isPlain || named(capabilities?.add).includes('NET_BIND_SERVICE') || template.spec.securityContext?.sysctls?.some(({ name }) => name === LIFTS_IT)) continue;
      for (const [index, { containerPort }] of (container.ports ?? []).entries()) {
        if (containerPort >= FIRST_FREE) continue;
        yield { object: template.object, field: `${path}.ports[${index}].containerPort`, message: `${containerPort} needs root or NET_BIND_SERVICE, and container ${container.name} has neither`, fix: `let it listen on a port from ${FIRST_FREE} (the Service keeps ${containerPort}), or add the capability NET_BIND_SERVICE` };
      }
    }
  },
};
