import { isPodReady } from '../../api/pods';
import type { Pod } from '../../api/types';
import { failed, ready, type ReadinessRule, waiting } from './readiness';

export const pod: ReadinessRule<Pod> = (object) => {
  const { phase = 'Pending', message, reason } = object.status ?? {};
  if (phase === 'Succeeded') return ready('Succeeded');
  if (phase === 'Failed') return failed(`Failed${message || reason ? `: ${message ?? reason}` : ''}`);
  return isPodReady(object) ? ready('1/1') : waiting(phase === 'Running' ? '0/1' : phase);
};
