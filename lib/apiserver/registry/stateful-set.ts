import type { StatefulSet } from '../../api/types';
import type { Strategy } from './strategy';

export const statefulSet: Strategy = {
  scale: { replicas: 'spec.replicas', statusReplicas: 'status.replicas', selector: 'labelSelector' },
  prepareForCreate: (object) => dropAlphaFields(object as StatefulSet),
  prepareForUpdate: (object) => dropAlphaFields(object as StatefulSet),
};

/** Behind the feature gate MaxUnavailableStatefulSet, which is off in 1.28. Dropped as there, not refused. */
function dropAlphaFields({ spec }: StatefulSet): void {
  const { rollingUpdate } = spec.updateStrategy ?? {};
  if (rollingUpdate) delete (rollingUpdate as Record<string, unknown>)['maxUnavailable'];
}
