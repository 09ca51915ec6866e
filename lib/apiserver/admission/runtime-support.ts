import type { DeepReadonly } from '../../base/deep-readonly';
import type { KubeObject, PodSpec } from '../../api/types';
import { invalid } from '../../api/status-error';
import type { AdmissionStep } from './admission-step';
import { unsupportedFields } from './unsupported-fields';

const WHY = 'not supported by this runtime';

/** Where each kind keeps a pod's specification. */
const POD_SPECS: Readonly<Record<string, readonly string[]>> = {
  'pods': ['spec'],
  'replicationcontrollers': ['spec', 'template', 'spec'],
  'podtemplates': ['template', 'spec'],
  'apps/deployments': ['spec', 'template', 'spec'],
  'apps/replicasets': ['spec', 'template', 'spec'],
  'apps/statefulsets': ['spec', 'template', 'spec'],
  'apps/daemonsets': ['spec', 'template', 'spec'],
  'batch/jobs': ['spec', 'template', 'spec'],
  'batch/cronjobs': ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** Refuses (or, with 'warn', only names) fields that our nodes would have to ignore. Nothing is ignored silently. */
export function runtimeSupport(mode: 'refuse' | 'warn'): AdmissionStep {
  return {
    name: 'RuntimeSupport',

    validate({ operation, resource, subresource, object, warn }) {
      const path = POD_SPECS[resource.group ? `${resource.group}/${resource.resource}` : resource.resource];
      if (operation === 'DELETE' || subresource || !path || !object) return;
      const spec = tryAt(object, path);
      const fields = spec ? unsupportedFields(spec).map((field) => `${path.join('.')}.${field.path}`) : [];
      if (fields.length === 0) return;
      if (mode === 'refuse') throw invalid(resource, object.metadata.name ?? '', fields.map((field) => ({ reason: 'FieldValueForbidden', field, message: `Forbidden: ${WHY}` })));
      for (const field of fields) warn(`${field}: ${WHY}`);
    },
  };
}

function tryAt(object: DeepReadonly<KubeObject>, path: readonly string[]): DeepReadonly<PodSpec> | undefined {
  return path.reduce<unknown>((value, field) => (value as Record<string, unknown> | undefined)?.[field], object) as DeepReadonly<PodSpec> | undefined;
}
