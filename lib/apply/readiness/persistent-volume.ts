import type { PersistentVolume } from '../../api/types';
import { failed, ready, type ReadinessRule, waiting } from './readiness';

export const persistentVolume: ReadinessRule<PersistentVolume> = ({ status }) => {
  const { phase = 'Pending', message, reason } = status ?? {};
  if (phase === 'Failed') return failed(`Failed${message || reason ? `: ${message ?? reason}` : ''}`);
  return phase === 'Pending' ? waiting(phase) : ready(phase);
};
