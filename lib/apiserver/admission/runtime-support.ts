import { invalid } from '../../api/status-error';
import type { AdmissionStep } from './admission-step';
import { podSpecPath, tryPodSpec } from './pod-spec-of';
import { unsupportedFields } from './unsupported-fields';

const WHY = 'not supported by this runtime';

/** Refuses (or, with 'warn', only names) fields that our nodes would have to ignore. Nothing is ignored silently. */
export function runtimeSupport(mode: 'refuse' | 'warn'): AdmissionStep {
  return {
    name: 'RuntimeSupport',

    validate({ operation, resource, subresource, object, warn }) {
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
