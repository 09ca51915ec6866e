import { dangling } from '../../dangling';
import type { Rule } from '../../rule';

const TYPES = ['kubernetes.io/dockerconfigjson', 'kubernetes.io/dockercfg'];

const pod = (type: string) => `
apiVersion: v1
kind: Secret
metadata: { name: registry }
type: ${type}
data: { .dockerconfigjson: e30= }
---
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  imagePullSecrets: [{ name: registry }]
  containers: [{ name: web, image: registry.example.com/shop:1.4.2 }]
`;

/** The registry's credentials are mistyped, or are a Secret of another type, which the kubelet passes over. */
export const imagePullSecret: Rule = {
  id: 'image-pull-secret',
  severity: 'warning',
  summary: 'The credentials for the image registry cannot be used',
  why: 'The kubelet passes over a pull secret that is missing or of another type, and asks the registry without credentials: ImagePullBackOff, with a message about the image and none about the Secret.',
  seeAlso: 'https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/',
  examples: { fails: pod('Opaque'), passes: pod('kubernetes.io/dockerconfigjson') },

  *check(objects) {
    const holders = [
      ...objects.podTemplates.map(({ object, spec, path }) => ({ object, secrets: spec.imagePullSecrets, path: `${path}.imagePullSecrets` })),
      ...objects.ofKind('ServiceAccount').map((object) => ({ object, secrets: object.imagePullSecrets, path: 'imagePullSecrets' })),
    ];
    for (const { object, secrets, path } of holders) {
      for (const [index, { name = '' }] of (secrets ?? []).entries()) {
        const { namespace } = object.metadata;
        const field = `${path}[${index}].name`;
        const found = objects.tryFind('Secret', namespace, name);
        if (!found) yield* dangling(objects, [{ object, field, kind: 'Secret', namespace, name }], []);
        else if (!TYPES.includes(found.type ?? 'Opaque')) {
          yield { object, field, message: `Secret ${name} is of type ${found.type ?? 'Opaque'}`, fix: `make it with kubectl create secret docker-registry, or give it the type ${TYPES[0]} and the key .dockerconfigjson` };
        }
      }
    }
  },
};
