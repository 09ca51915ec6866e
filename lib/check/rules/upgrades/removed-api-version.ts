import { formatRange, minorsOf, versionOf } from '../../../api/versions/kubernetes-range';
import type { Rule } from '../../rule';
import { KnownKinds } from '../../schemas/known-kinds';
import { replacementFix, tryLifecycle, tryReplacement } from '../../upgrades/api-lifecycle';

/** An API version that a Kubernetes the manifests are for no longer serves: the object cannot be applied there. */
export const removedApiVersion: Rule = {
  id: 'removed-api-version',
  severity: 'error',
  summary: 'The API version is no longer served',
  why: 'Applying fails with "no matches for kind". Objects that exist already go on working and can be read in the newer version, so it shows only at the next deployment after the upgrade, when a fix is urgent.',
  seeAlso: 'https://kubernetes.io/docs/reference/using-api/deprecation-guide/',
  ignorable: false,
  examples: {
    fails: `
apiVersion: networking.k8s.io/v1beta1
kind: Ingress
metadata: { name: web }
spec:
  rules:
    - host: example.com
      http:
        paths:
          - backend: { serviceName: web, servicePort: 80 }
`,
    passes: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec:
  rules:
    - host: example.com
      http:
        paths:
          - pathType: ImplementationSpecific
            backend: { service: { name: web, port: { number: 80 } } }
`,
  },

  *check(objects) {
    const range = minorsOf(objects.target.kubernetes);
    const kinds = KnownKinds.of(objects);
    for (const object of objects.all) {
      const removed = tryLifecycle(object)?.removed;
      if (removed === undefined || removed > range.to || kinds.isCustom(object)) continue;
      const replacement = tryReplacement(object, range);
      yield {
        object, field: 'apiVersion',
        message: `${object.apiVersion} ${object.kind} is not served from Kubernetes ${versionOf(removed)} on, and the manifests are for ${formatRange(objects.target.kubernetes)}`,
        fix: replacementFix(object, replacement, formatRange(objects.target.kubernetes)),
        ...(replacement?.edits && { edits: replacement.edits }),
      };
    }
  },
};
