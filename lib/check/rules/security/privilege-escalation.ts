import { containersIn } from '../../containers-in';
import type { Rule } from '../../rule';

/** Written, not only left to the default: who leaves it out is told by `security-gap` and `pod-security`, where the manifests ask for hardening. */
export const privilegeEscalation: Rule = {
  id: 'privilege-escalation',
  severity: 'warning',
  summary: 'The container may get more rights than it was started with',
  why: 'With allowPrivilegeEscalation: true a program of another user (setuid) or with file capabilities, such as sudo, makes an ordinary process root. An application has no use for that.',
  seeAlso: 'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - { name: web, image: shop:1.4.2, securityContext: { allowPrivilegeEscalation: true } }
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - { name: web, image: shop:1.4.2, securityContext: { allowPrivilegeEscalation: false } }
`,
  },

  *check(objects) {
    for (const { container: { name, securityContext }, path, template } of containersIn(objects)) {
      if (securityContext?.allowPrivilegeEscalation !== true || securityContext.privileged) continue;
      yield { object: template.object, field: `${path}.securityContext.allowPrivilegeEscalation`, message: `container ${name} asks for it`, fix: 'set it to false' };
    }
  },
};
