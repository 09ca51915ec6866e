import { containersIn } from '../../containers-in';
import type { Problem, Rule } from '../../rule';

const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';

/** A protection that the node has by default, taken away. */
export const unconfined: Rule = {
  id: 'unconfined',
  severity: 'warning',
  summary: 'A protection of the kernel is switched off',
  why: 'Seccomp, AppArmor and the masked files of /proc keep a process from the parts of the kernel where most escapes from containers were found. Switching them off helps one program and everybody who takes it over.',
  seeAlso: 'https://kubernetes.io/docs/concepts/security/linux-kernel-security-constraints/',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  securityContext: { seccompProfile: { type: Unconfined } }
  containers: [{ name: web, image: shop:1.4.2 }]
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  securityContext: { seccompProfile: { type: RuntimeDefault } }
  containers: [{ name: web, image: shop:1.4.2 }]
`,
  },

  *check(objects) {
    for (const { annotations, object, path, spec } of objects.podTemplates) {
      const at = path === 'spec' ? '' : path.slice(0, -'spec'.length);
      if (spec.securityContext?.seccompProfile?.type === 'Unconfined') yield seccomp(object, path);
      for (const [key, value] of Object.entries(annotations)) {
        if (key.startsWith(APP_ARMOR) && value === 'unconfined') yield { object, field: `${at}metadata.annotations[${key}]`, message: 'AppArmor does not watch this container', fix: 'remove the annotation' };
      }
    }
    for (const { container: { securityContext }, path, template: { object } } of containersIn(objects)) {
      if (securityContext?.seccompProfile?.type === 'Unconfined') yield seccomp(object, path);
      if (securityContext?.procMount === 'Unmasked') yield { object, field: `${path}.securityContext.procMount`, message: 'all of /proc is visible and writable', fix: 'remove it; it is meant for containers that run containers' };
    }
  },
};

const seccomp = (object: Problem['object'], path: string): Problem => ({ object, field: `${path}.securityContext.seccompProfile.type`, message: 'every system call is allowed', fix: 'set it to RuntimeDefault, or remove it' });
