import { dropAlphaStatefulSetFields } from '../../api/prepare-for-create';
import type { StatefulSet } from '../../api/types';
import type { Strategy } from './strategy';

export const statefulSet: Strategy = {
  scale: { replicas: 'spec.replicas', statusReplicas: 'status.replicas', selector: 'labelSelector' },
  prepareForCreate: (object) => dropAlphaStatefulSetFields(object as StatefulSet),
  prepareForUpdate: (object) => dropAlphaStatefulSetFields(object as StatefulSet),
};
