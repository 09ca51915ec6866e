import { toTime } from '../../base/clock';
import { keyOf } from '../../api/object-key';
import { isPodTerminated } from '../../api/pods';
import { isNotFound } from '../../api/status-error';
import type { Controller } from '../controller';

/** A node that was deleted may be registered again at once. */
const QUARANTINE = 40_000;

/** Removes pods that no kubelet will ever remove: of nodes that are gone, and deleted ones that never had a node. Follows pkg/controller/podgc of Kubernetes 1.28. */
export const podGarbageCollector: Controller = {
  name: 'pod-garbage-collector-controller',

  watches: [
    {
      kind: 'Pod',
      enqueue(pod, { lister, requeueAfter }) {
        if (!pod.spec.nodeName) return pod.metadata.deletionTimestamp ? [keyOf(pod)] : [];
        if (!lister.tryGet('Node', pod.spec.nodeName)) requeueAfter(keyOf(pod), QUARANTINE);
        return [];
      },
    },
    {
      kind: 'Node',
      enqueue(node, { lister, requeueAfter }, { type }) {
        if (type === 'deleted') for (const pod of lister.list('Pod')) if (pod.spec.nodeName === node.metadata.name) requeueAfter(keyOf(pod), QUARANTINE);
        return [];
      },
    },
  ],

  async sync(key, { lister, client, clock }) {
    const pod = lister.tryGet('Pod', key);
    if (!pod) return;
    const { namespace, name = '', uid } = pod.metadata;
    const { nodeName } = pod.spec;
    const remove = () => client.tryDelete('Pod', { namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid } });
    if (!nodeName) {
      if (pod.metadata.deletionTimestamp) await remove();
      return;
    }
    if (lister.tryGet('Node', nodeName) || await client.tryGet('Node', { name: nodeName })) return;
    if (!isPodTerminated(pod)) {
      const condition = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists', lastTransitionTime: toTime(clock.now()) };
      await client.patch('Pod', { namespace, name }, { metadata: { uid }, status: { phase: 'Failed', conditions: [condition] } }, { subresource: 'status' }).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
    }
    await remove();
  },
};
