import { toTime } from '../../base/clock';
import type { DeepReadonly } from '../../base/deep-readonly';
import { keyOf } from '../../api/object-key';
import { isPodTerminated } from '../../api/pods';
import type { Pod } from '../../api/types';
import type { Controller } from '../controller';

/** Whoever says that a pod is to end deletes it at once; a pod that still lives after this long was spared. */
const STALE_AFTER = 120_000;

/** Milliseconds until the mark is no longer believed; undefined: there is none, or the pod ends indeed. */
export function tryStaleIn({ metadata, status }: DeepReadonly<Pod>, now: number): number | undefined {
  const mark = status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
  if (mark?.status !== 'True' || metadata.deletionTimestamp) return undefined;
  return Math.max(0, Date.parse(mark.lastTransitionTime ?? '') + STALE_AFTER - now);
}

/** Takes back the condition DisruptionTarget of pods that nobody deleted after all, so that a later failure is not mistaken for a disruption. */
export const staleDisruption: Controller = {
  name: 'stale-pod-disruption',

  watches: [{ kind: 'Pod', enqueue: (pod, { clock }) => (isPodTerminated(pod) || tryStaleIn(pod, clock.now()) === undefined ? [] : [keyOf(pod)]) }],

  async sync(key, { lister, client, clock, requeueAfter }) {
    const pod = lister.tryGet('Pod', key);
    const wait = pod && !isPodTerminated(pod) ? tryStaleIn(pod, clock.now()) : undefined;
    if (!pod || wait === undefined) return;
    if (wait > 0) return requeueAfter(key, wait);
    const { namespace, name = '', uid, resourceVersion } = pod.metadata;
    const condition = { type: 'DisruptionTarget', status: 'False', lastTransitionTime: toTime(clock.now()), reason: null, message: null };
    await client.patch('Pod', { namespace, name }, { metadata: { uid, resourceVersion }, status: { conditions: [condition] } }, { subresource: 'status' });
  },
};
