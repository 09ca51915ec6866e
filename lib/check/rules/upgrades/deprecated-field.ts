import { minorsOf } from '../../../api/versions/kubernetes-range';
import type { Rule } from '../../rule';
import { oldNodeLabels, oldPodAnnotations, oldVolumes } from '../../upgrades/deprecated-in-pods';
import { oldAnnotations, zonesInSchedules } from '../../upgrades/deprecated-in-objects';

/** Annotations that became fields, labels of nodes that were renamed, kinds of volumes that go. */
export const deprecatedField: Rule = {
  id: 'deprecated-field',
  severity: 'warning',
  summary: 'A field, label or annotation is deprecated',
  why: 'Some of these do nothing any more, and nobody tells: a security profile in an annotation has no effect since 1.27. Others select nodes by a label that new nodes do not carry, or stop working with a later version.',
  seeAlso: 'https://kubernetes.io/docs/reference/labels-annotations-taints/',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations: { seccomp.security.alpha.kubernetes.io/pod: runtime/default }
spec:
  nodeSelector: { beta.kubernetes.io/os: linux }
  containers: [{ name: web, image: nginx:1.27.3 }]
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  nodeSelector: { kubernetes.io/os: linux }
  securityContext: { seccompProfile: { type: RuntimeDefault } }
  containers: [{ name: web, image: nginx:1.27.3 }]
`,
  },

  *check(objects) {
    const range = minorsOf(objects.target.kubernetes);
    for (const template of objects.podTemplates) {
      yield* oldNodeLabels(template);
      yield* oldVolumes(template);
      yield* oldPodAnnotations(template, range);
    }
    yield* oldAnnotations(objects);
    yield* zonesInSchedules(objects);
  },
};
