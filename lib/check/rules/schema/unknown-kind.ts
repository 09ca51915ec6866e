import { isGroupVersion, splitApiVersion } from '../../../api/kinds';
import { kindsOfGroup } from '../../../api/versions/facts';
import type { Rule } from '../../rule';
import { KnownKinds } from '../../schemas/known-kinds';

/** A custom resource whose definition is not among the manifests. A warning: the cluster may have it. */
export const unknownKind: Rule = {
  id: 'unknown-kind',
  severity: 'warning',
  summary: 'The kind is not known, so its fields are not checked',
  why: 'A mistake in such an object shows only when it is applied, and all that is applied with it fails when the cluster does not have the definition. With the CustomResourceDefinition among the checked files its objects are checked like any other.',
  seeAlso: 'https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/',
  examples: {
    fails: `
apiVersion: example.com/v1
kind: Backup
metadata: { name: nightly }
spec: { schedule: 0 3 * * * }
`,
    passes: `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: backups.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { kind: Backup, plural: backups }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: { type: object, properties: { schedule: { type: string } } }
---
apiVersion: example.com/v1
kind: Backup
metadata: { name: nightly }
spec: { schedule: 0 3 * * * }
`,
  },

  *check(objects) {
    const kinds = KnownKinds.of(objects);
    for (const object of objects.all) {
      const { apiVersion, kind } = object;
      if (kinds.tryGet(object) || typeof apiVersion !== 'string' || !isGroupVersion(apiVersion) || kinds.versionsOf(object).length > 0 || kindsOfGroup(splitApiVersion(apiVersion).group).length > 0) continue;
      yield {
        object, field: 'kind',
        message: `nothing is known about ${apiVersion} ${kind}: its fields are not checked`,
        fix: 'check its CustomResourceDefinition together with it, or say why not in an annotation ignore.twelve-factor.dev/unknown-kind',
      };
    }
  },
};
