import { containersIn, isLongRunning } from '../../containers-in';
import type { Rule } from '../../rule';

/** Somebody bounded this pod and forgot the memory of one container. A pod that bounds nothing at all is a decision: `resource-requests` asks for its needs only. */
export const memoryUnbounded: Rule = {
  id: 'memory-unbounded',
  severity: 'warning',
  summary: 'The pod has limits, but none for the memory of this container',
  why: 'Memory is what cannot be taken back: a container that leaks grows until the node ends other pods. A limit on its CPU, or on the memory of its neighbours, does not stop it.',
  seeAlso: 'https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: nginx:1.27.3
      resources: { requests: { cpu: 50m, memory: 64Mi }, limits: { cpu: 500m } }
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: nginx:1.27.3
      resources: { requests: { cpu: 50m, memory: 64Mi }, limits: { cpu: 500m, memory: 128Mi } }
`,
  },

  *check(objects) {
    for (const checked of containersIn(objects)) {
      const { container, path, template } = checked;
      if (!isLongRunning(checked) || container.resources?.limits?.memory !== undefined) continue;
      const bounded = template.containers.find(({ container: other }) => Object.keys(other.resources?.limits ?? {}).some((name) => name === 'cpu' || name === 'memory'));
      if (!bounded) continue;
      const who = bounded.container.name === container.name ? 'it' : `container ${bounded.container.name}`;
      yield {
        object: template.object, field: `${path}.resources.limits`,
        message: `${who} has a limit for ${Object.keys(bounded.container.resources?.limits ?? {}).join(' and ')}, and container ${container.name} none for memory`,
        fix: 'set resources.limits.memory to the most it may ever use',
      };
    }
  },
};
