import { containersIn } from '../../containers-in';
import type { Rule } from '../../rule';
import { securityOf } from '../../security-of';

/** Both "never as root" and "as root": the container never starts. */
export const rootContradiction: Rule = {
  id: 'root-contradiction',
  severity: 'error',
  summary: 'The container must not be root, and must be root',
  why: 'The kubelet refuses to start it: the pod stays at CreateContainerConfigError ("container\'s runAsUser breaks non-root policy"). The server accepts it.',
  seeAlso: 'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  securityContext: { runAsNonRoot: true }
  containers:
    - { name: web, image: shop:1.4.2, securityContext: { runAsUser: 0 } }
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  securityContext: { runAsNonRoot: true }
  containers:
    - { name: web, image: shop:1.4.2, securityContext: { runAsUser: 1000 } }
`,
  },

  *check(objects) {
    for (const checked of containersIn(objects)) {
      const { runAsNonRoot, runAsUser } = securityOf(checked.template, checked);
      if (!runAsNonRoot || runAsUser !== 0) continue;
      const own = checked.container.securityContext?.runAsUser === 0;
      yield { object: checked.template.object, field: `${own ? checked.path : checked.template.path}.securityContext.runAsUser`, message: `user 0 is root, and runAsNonRoot forbids it for container ${checked.container.name}`, fix: 'name another user, or set runAsNonRoot: false' };
    }
  },
};
