import { tryNearest } from '../../../base/nearest';
import { tryConfigKeys } from '../../config-keys';
import { configReferencesOf } from '../../config-references';
import type { Rule } from '../../rule';

const pod = (key: string) => `
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
      env: [{ name: LOG_LEVEL, valueFrom: { configMapKeyRef: { name: settings, key: ${key} } } }]
`;

/** A variable or file that refers to a key which its ConfigMap or Secret, applied together with it, does not have: the container would never start. */
export const missingKey: Rule = {
  id: 'missing-key',
  severity: 'error',
  summary: 'A variable or file refers to a key that does not exist',
  why: 'The container is never started: the pod waits with CreateContainerConfigError, or for its volume, until the key is there.',
  seeAlso: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/',
  examples: { fails: pod('LOGLEVEL'), passes: pod('LOG_LEVEL') },

  *check(objects) {
    for (const template of objects.podTemplates) {
      const { object } = template;
      for (const { kind, name, optional, keys } of configReferencesOf(template)) {
        if (optional || keys.length === 0) continue;
        const there = tryConfigKeys(objects, kind, object.metadata.namespace, name);
        if (!there) continue;
        for (const { key, field, used } of keys) {
          if (there.includes(key)) continue;
          const meant = tryNearest(key, there);
          yield {
            object, field,
            message: `${used} refers to the key ${key} of ${kind} ${name}, which has ${there.join(', ') || 'no keys'}`,
            fix: meant ? `write ${meant}, or add the key ${key}` : 'add the key, or use one that exists',
          };
        }
      }
    }
  },
};
