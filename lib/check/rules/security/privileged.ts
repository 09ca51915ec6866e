import { containersIn } from '../../containers-in';
import type { Rule } from '../../rule';

export const privileged: Rule = {
  id: 'privileged',
  severity: 'warning',
  summary: 'The container is privileged',
  why: 'A privileged container has every capability and every device of its node: whoever takes over the process has the machine, and with it every other pod there. Nearly all that needs it needs one capability or one device only.',
  seeAlso: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: agent }
spec:
  containers:
    - { name: agent, image: shop:1.4.2, securityContext: { privileged: true } }
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: agent }
spec:
  containers:
    - { name: agent, image: shop:1.4.2, securityContext: { capabilities: { add: [NET_BIND_SERVICE] } } }
`,
  },

  *check(objects) {
    for (const { container: { name, securityContext }, path, template } of containersIn(objects)) {
      const [field, what] = securityContext?.privileged ? ['privileged', 'is as root on the node itself'] : securityContext?.windowsOptions?.hostProcess ? ['windowsOptions.hostProcess', 'is a process of the Windows node itself'] : [];
      if (field) yield { object: template.object, field: `${path}.securityContext.${field}`, message: `container ${name} ${what}`, fix: 'remove it, and add the one capability that is needed (capabilities.add)' };
    }
  },
};
