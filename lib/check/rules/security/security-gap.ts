import type { core } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import type { Rule } from '../../rule';
import { securityOf } from '../../security-of';

type Context = DeepReadonly<core.SecurityContext>;

/** What hardens a container, and how it is written. */
const MEASURES: readonly { readonly text: string; readonly has: (context: Context) => boolean }[] = [
  { text: 'allowPrivilegeEscalation: false', has: ({ allowPrivilegeEscalation }) => allowPrivilegeEscalation === false },
  { text: 'runAsNonRoot: true', has: ({ runAsNonRoot }) => runAsNonRoot === true },
  { text: 'readOnlyRootFilesystem: true', has: ({ readOnlyRootFilesystem }) => readOnlyRootFilesystem === true },
  { text: 'capabilities: { drop: [ALL] }', has: ({ capabilities }) => Boolean(capabilities?.drop?.some((name) => name.toUpperCase() === 'ALL')) },
  { text: 'seccompProfile: { type: RuntimeDefault }', has: ({ seccompProfile }) => seccompProfile?.type === 'RuntimeDefault' || seccompProfile?.type === 'Localhost' },
];

/** The main container was hardened, another one of the same pod was forgotten. */
export const securityGap: Rule = {
  id: 'security-gap',
  severity: 'warning',
  summary: 'One container of the pod is less protected than the main one',
  why: 'The containers of a pod share its network and volumes, so the weakest of them decides. Init containers and sidecars are the ones that are forgotten, since the security context of a container does not apply to its neighbours.',
  seeAlso: 'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  initContainers:
    - { name: prepare, image: shop:1.4.2 }
  containers:
    - { name: web, image: shop:1.4.2, securityContext: { runAsNonRoot: true, allowPrivilegeEscalation: false } }
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  securityContext: { runAsNonRoot: true }
  initContainers:
    - { name: prepare, image: shop:1.4.2, securityContext: { allowPrivilegeEscalation: false } }
  containers:
    - { name: web, image: shop:1.4.2, securityContext: { allowPrivilegeEscalation: false } }
`,
  },

  *check(objects) {
    for (const template of objects.podTemplates) {
      if (template.containers.length < 2) continue;
      const main = template.containers.find(({ init }) => !init);
      if (!main) continue;
      const wanted = MEASURES.filter(({ has }) => has(securityOf(template, main)));
      for (const checked of template.containers) {
        const missing = wanted.filter(({ has }) => !has(securityOf(template, checked))).map(({ text }) => text);
        if (missing.length === 0) continue;
        yield {
          object: template.object, field: `${checked.path}.securityContext`,
          message: `container ${main.container.name} has ${missing.join(', ')}; container ${checked.container.name} does not`,
          fix: `give it the same${missing.some((text) => /^(runAsNonRoot|seccomp)/.test(text)) ? ', or set for the whole pod what can be (runAsNonRoot, seccompProfile)' : ''}`,
        };
      }
    }
  },
};
