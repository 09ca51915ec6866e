import { SECRET_VALUES_ANNOTATION } from '../../../api/label-keys';
import type { ConfigMap, Secret } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import type { CheckedObjects } from '../../checked-objects';
import type { Rule } from '../../rule';

/** A variable that refers to a key which its ConfigMap or Secret, applied together with it, does not have: the container would never start. */
export const missingKey: Rule = {
  id: 'missing-key',
  severity: 'error',
  summary: 'A variable refers to a key that does not exist',
  why: 'The container is never started: the pod waits with CreateContainerConfigError until the key is there.',
  seeAlso: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/',
  examples: {
    fails: `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { LOG_LEVEL: info }
---
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: shop:1.4.2
      env: [{ name: LOG_LEVEL, valueFrom: { configMapKeyRef: { name: settings, key: LOGLEVEL } } }]
`,
    passes: `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { LOG_LEVEL: info }
---
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: shop:1.4.2
      env: [{ name: LOG_LEVEL, valueFrom: { configMapKeyRef: { name: settings, key: LOG_LEVEL } } }]
`,
  },

  *check(objects) {
    for (const template of objects.podTemplates) {
      const { namespace } = template.object.metadata;
      for (const { container, path } of template.containers) {
        for (const [index, { name, valueFrom }] of (container.env ?? []).entries()) {
          for (const [kind, reference] of [['ConfigMap', valueFrom?.configMapKeyRef], ['Secret', valueFrom?.secretKeyRef]] as const) {
            if (!reference || reference.optional) continue;
            const keys = tryKeys(objects, kind, namespace, reference.name);
            if (!keys || keys.includes(reference.key)) continue;
            yield {
              object: template.object, field: `${path}.env[${index}].valueFrom`,
              message: `${name} refers to the key ${reference.key} of ${kind} ${reference.name}, which has ${keys.join(', ') || 'no keys'}`,
              fix: `add the key, or use one that exists`,
            };
          }
        }
      }
    }
  },
};

/** undefined when the object is not among the manifests: it may be in the cluster. */
function tryKeys(objects: CheckedObjects, kind: 'ConfigMap' | 'Secret', namespace: string | undefined, name?: string): readonly string[] | undefined {
  const found = objects.tryFind(kind, namespace, name) as DeepReadonly<ConfigMap & Secret> | undefined;
  if (!found) return undefined;
  const generated = found.metadata.annotations?.[SECRET_VALUES_ANNOTATION];
  return [found.data, found.binaryData, found.stringData, generated ? JSON.parse(generated) as object : {}].flatMap((part) => Object.keys(part ?? {}));
}
