import { invalid } from '../../api/status-error';
import type { AdmissionStep } from './admission-step';
import { findUnsupported } from './find-unsupported';

/** Stored as any other object, and never asked. */
const UNCALLED = ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations', 'validatingadmissionpolicies', 'validatingadmissionpolicybindings'];
const WHY = 'not supported by this runtime';

/** Refuses (or, with 'warn', only names) fields that our nodes and controllers would have to ignore. Nothing is ignored silently. */
export function runtimeSupport(mode: 'refuse' | 'warn'): AdmissionStep {
  return {
    name: 'RuntimeSupport',

    validate({ operation, resource, subresource, object, warn }) {
      if (operation === 'CREATE' && resource.group === 'admissionregistration.k8s.io' && UNCALLED.includes(resource.resource)) warn(`${resource.resource} are kept but never called: ${WHY}`);
      if (operation === 'DELETE' || !object || (subresource && subresource !== 'ephemeralcontainers')) return;
      const fields = findUnsupported(object);
      if (fields.length === 0) return;
      if (mode === 'refuse') {
        throw invalid(resource, object.metadata.name ?? '', fields.map(({ path, why }) => ({ reason: 'FieldValueForbidden', field: path, message: `Forbidden: ${WHY}: ${why}` })));
      }
      for (const { path, why } of fields) warn(`${path}: ${WHY}: ${why}`);
    },
  };
}
