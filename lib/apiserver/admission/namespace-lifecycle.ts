import { forbidden, newStatus, notFound, StatusError } from '../../api/status-error';
import type { AdmissionStep } from './admission-step';

const IMMORTAL = ['default', 'kube-system', 'kube-public'];
const NAMESPACES = { group: '', resource: 'namespaces' };

/** Nothing is created in a namespace that does not exist or is going away, and some namespaces stay for ever. */
export const namespaceLifecycle: AdmissionStep = {
  name: 'NamespaceLifecycle',

  admit({ operation, resource, subresource, namespace, name, reader }) {
    if (operation === 'DELETE' && resource.group === '' && resource.resource === 'namespaces' && IMMORTAL.includes(name)) {
      throw forbidden(NAMESPACES, name, 'this namespace may not be deleted');
    }
    // Reviews ask about a namespace and put nothing into it.
    if (operation === 'DELETE' || !namespace || !resource.namespaced || resource.group === 'authorization.k8s.io') return;
    const found = reader.tryGet('Namespace', { name: namespace });
    if (!found) throw notFound(NAMESPACES, namespace);
    if (operation === 'CREATE' && !subresource && found.status?.phase === 'Terminating') {
      const refusal = forbidden(resource, name, `unable to create new content in namespace ${namespace} because it is being terminated`);
      throw new StatusError(newStatus(403, 'Forbidden', refusal.message, {
        ...refusal.status.details, causes: [{ reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' }],
      }));
    }
  },
};
