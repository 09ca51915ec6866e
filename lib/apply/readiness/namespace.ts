import type { Namespace } from '../../api/types';
import { failed, ready, type ReadinessRule, waiting } from './readiness';

export const namespace: ReadinessRule<Namespace> = ({ metadata, status }) => {
  if (metadata.deletionTimestamp) return failed('is being deleted; apply again when it is gone');
  return status?.phase === 'Active' ? ready('Active') : waiting(status?.phase ?? 'Pending');
};
