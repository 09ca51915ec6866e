import { isAlreadyExists, isNotFound } from '../api/status-error';
import type { Controller } from './controller';
import { isTerminating } from './namespaces';

const NAME = 'kube-root-ca.crt';

/** Every namespace has the ConfigMap by which its pods know the API server. Follows the root CA publisher of Kubernetes 1.28. */
export const rootCa: Controller = {
  name: 'root-ca-certificate-publisher-controller',

  watches: [
    { kind: 'Namespace', enqueue: 'self' },
    { kind: 'ConfigMap', enqueue: ({ metadata: { name, namespace } }) => (name === NAME && namespace ? [namespace] : []) },
  ],

  async sync(name, { lister, client, options }) {
    const namespace = lister.tryGet('Namespace', name);
    if (!options.rootCa || !namespace || isTerminating(namespace)) return;
    const data = { 'ca.crt': options.rootCa };
    const current = lister.tryGet('ConfigMap', `${name}/${NAME}`);
    if (current?.data?.['ca.crt'] === options.rootCa && Object.keys(current.data).length === 1) return;
    if (current) {
      const updated = { ...current, data };
      await client.update(updated);
      return;
    }
    const configMap = {
      apiVersion: 'v1', kind: 'ConfigMap',
      metadata: {
        name: NAME, namespace: name,
        annotations: { 'kubernetes.io/description': 'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.' },
      },
      data,
    };
    await client.create(configMap).catch((error: unknown) => {
      if (!isAlreadyExists(error) && !isNotFound(error)) throw error;
    });
  },
};
