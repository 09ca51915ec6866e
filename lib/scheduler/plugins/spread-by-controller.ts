import { controllerOf } from '../../api/object-key';
import type { Plugin } from '../plugin';

/** Replicas of one controller go to different nodes: what upstream's PodTopologySpread does by default where a pod says nothing. */
export const spreadByController: Plugin = {
  name: 'SpreadByController',
  weight: 2,
  prepare(pod) {
    const controller = controllerOf(pod)?.uid;
    if (!controller || pod.spec.topologySpreadConstraints?.length) return undefined;
    return {
      score: ({ perController }) => perController.get(controller) ?? 0,
      normalize(scores) {
        const most = Math.max(0, ...scores);
        return scores.map((count) => (most === 0 ? 100 : Math.floor(((most - count) * 100) / most)));
      },
    };
  },
};
