import type { PersistentVolumeClaim } from '../../api/types';
import { failed, ready, type ReadinessRule } from './readiness';

/** A claim may wait for its first consumer, so pending is no reason to wait here: the workload that uses it is waited for. */
export const persistentVolumeClaim: ReadinessRule<PersistentVolumeClaim> = ({ status }) =>
  (status?.phase === 'Lost' ? failed('Lost: its volume does not exist any more') : ready(status?.phase ?? 'Pending'));
