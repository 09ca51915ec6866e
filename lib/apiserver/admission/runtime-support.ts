import { invalid } from '../../api/status-error';
import type { AdmissionStep } from './admission-step';
import { podSpecPath, tryPodSpec } from './pod-spec-of';
import { unsupportedFields } from './unsupported-fields';

/** Stored as any other object, and never asked. */
const UNCALLED = ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations', 'validatingadmissionpolicies', 'validatingadmissionpolicybindings'];
const WHY = 'not supported by this runtime';

/** Refuses (or, with 'warn', only names) fields that our nodes would have to ignore. Nothing is ignored silently. */
export function runtimeSupport(mode: 'refuse' | 'warn'): AdmissionStep {
  return {
    name: 'RuntimeSupport',

    validate({ operation, resource, subresource, object, warn }) {
      if (operation === 'CREATE' && resource.group === 'admissionregistration.k8s.io' && UNCALLED.includes(resource.resource)) warn(`${resource.resource} are kept but never called: ${WHY}`);
      const path = podSpecPath(resource);
      if (operation === 'DELETE' || subresource || !path || !object) return;
      const spec = tryPodSpec(object, path);
      const fields = spec ? unsupportedFields(spec).map((field) => `${path.join('.')}.${field.path}`) : [];
      if (fields.length === 0) return;
      if (mode === 'refuse') throw invalid(resource, object.metadata.name ?? '', fields.map((field) => ({ reason: 'FieldValueForbidden', field, message: `Forbidden: ${WHY}` })));
      for (const field of fields) warn(`${field}: ${WHY}`);
    },
  };
}
