import { EXPECTS_ANNOTATION } from '../../../api/label-keys';
import { configReferencesOf } from '../../config-references';
import { dangling } from '../../dangling';
import type { Rule } from '../../rule';

const pod = (name: string) => `
apiVersion: v1
kind: ConfigMap
metadata: { name: web-settings }
data: { LOG_LEVEL: info }
---
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: shop:1.4.2
      envFrom: [{ configMapRef: { name: ${name} } }]
`;

/** A ConfigMap or Secret that a pod needs and that nobody makes. A warning: it may be in the cluster already. */
export const danglingConfig: Rule = {
  id: 'dangling-config',
  severity: 'warning',
  summary: 'A pod needs a ConfigMap or Secret that is not there',
  why: 'The containers are not started until it exists: the pod waits with CreateContainerConfigError, or with a volume that cannot be mounted. Most often the name was changed in one place only.',
  seeAlso: 'https://kubernetes.io/docs/concepts/configuration/configmap/',
  examples: { fails: pod('web-setings'), passes: pod('web-settings') },

  *check(objects) {
    for (const template of objects.podTemplates) {
      const { object } = template;
      const elsewhere = (template.annotations[EXPECTS_ANNOTATION] ?? '').split(', ');
      for (const { kind, name, field, optional } of configReferencesOf(template)) {
        if (!optional && !elsewhere.includes(`${kind}/${name}`)) yield* dangling(objects, [{ object, field, kind, namespace: object.metadata.namespace, name }], [kind]);
      }
    }
  },
};
