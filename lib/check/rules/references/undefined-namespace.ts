import { KnownObjects } from '../../known-objects';
import type { Rule } from '../../rule';

/** Permissions are given in the namespaces of others, too. */
const GUESTS: ReadonlySet<string> = new Set(['Role', 'RoleBinding', 'NetworkPolicy', 'ServiceMonitor', 'PodMonitor', 'PrometheusRule']);

const manifests = (namespace: string) => `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: ${namespace} }
data: { LOG_LEVEL: info }
`;

/** Objects in a namespace that is not made, beside others that are. */
export const undefinedNamespace: Rule = {
  id: 'undefined-namespace',
  severity: 'warning',
  summary: 'Objects are in a namespace that is not made, beside others that are',
  why: 'Where the namespace does not exist the API server refuses the object with 404, after others were applied already. Where the name is mistyped, the object ends up away from all that look for it.',
  seeAlso: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/',
  examples: { fails: manifests('shpo'), passes: manifests('shop') },

  *check(objects) {
    if (objects.ofKind('Namespace').length === 0) return;
    const known = KnownObjects.of(objects);
    const told = new Set<string>();
    for (const object of objects.all) {
      const { namespace } = object.metadata;
      if (!namespace || GUESTS.has(object.kind) || told.has(namespace) || known.has('Namespace', undefined, namespace)) continue;
      told.add(namespace);
      const meant = known.tryNearest('Namespace', undefined, namespace);
      yield {
        object, field: 'metadata.namespace', message: `Namespace ${namespace} is not among these manifests${meant ? `, but ${meant} is` : ''}`,
        fix: meant ? `write ${meant}, or add Namespace ${namespace}` : `add Namespace ${namespace}; if it exists already, ignore the finding with that as the reason`,
      };
    }
  },
};
