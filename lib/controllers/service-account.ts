import type { Controller } from './controller';
import { isAlreadyExists, isNotFound } from '../api/status-error';
import { isTerminating } from './namespaces';

/** Every namespace has a ServiceAccount `default`. Follows pkg/controller/serviceaccount of Kubernetes 1.28. */
export const serviceAccount: Controller = {
  name: 'serviceaccount-controller',

  watches: [
    { kind: 'Namespace', enqueue: 'self' },
    { kind: 'ServiceAccount', enqueue: ({ metadata }, _context, { type }) => (type === 'deleted' && metadata.namespace ? [metadata.namespace] : []) },
  ],

  async sync(name, { lister, client }) {
    const namespace = lister.tryGet('Namespace', name);
    if (!namespace || isTerminating(namespace) || lister.tryGet('ServiceAccount', `${name}/default`)) return;
    await client.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } }).catch((error: unknown) => {
      if (!isAlreadyExists(error) && !isNotFound(error)) throw error;
    });
  },
};
