import { toTime } from '../../base/clock';
import type { DeepReadonly } from '../../base/deep-readonly';
import { keyOf } from '../../api/object-key';
import { isPodTerminated } from '../../api/pods';
import { type Taint, type Toleration, tolerates } from '../../api/taints';
import type { Node } from '../../api/types';
import type { Controller } from '../controller';

/** When the taints end the pod: milliseconds since the epoch, undefined when they do not. Pure. */
export function evictionTime(taints: readonly Taint[], tolerations: readonly Toleration[], now: number): number | undefined {
  const times = taints.filter(({ effect }) => effect === 'NoExecute').map((taint) => {
    const matching = tolerations.filter((toleration) => tolerates(toleration, taint));
    if (matching.length === 0) return -Infinity;
    const limited = matching.flatMap(({ tolerationSeconds }) => (tolerationSeconds === undefined ? [] : [Math.max(0, tolerationSeconds)]));
    return limited.length === 0 ? Infinity : (taint.timeAdded ? Date.parse(taint.timeAdded) : now) + Math.min(...limited) * 1000;
  });
  const time = Math.min(Infinity, ...times);
  return time === Infinity ? undefined : Math.max(time, 0);
}

const noExecute = (node: DeepReadonly<Node>) => JSON.stringify((node.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute'));

/** Ends pods that do not (or no longer) tolerate the NoExecute taints of their node. Follows the taint manager of Kubernetes 1.28. */
export const taintEviction: Controller = {
  name: 'taint-eviction-controller',

  watches: [
    { kind: 'Pod', enqueue: (pod, _context, change) => (pod.spec.nodeName && (change.type === 'added' || (change.type === 'modified' && (change.old.spec.nodeName !== pod.spec.nodeName || change.old.spec.tolerations !== pod.spec.tolerations))) ? [keyOf(pod)] : []) },
    {
      kind: 'Node',
      enqueue: (node, { lister }, change) => (change.type === 'modified' ? noExecute(change.old) !== noExecute(node) : change.type === 'added' && noExecute(node) !== '[]')
        ? lister.list('Pod').filter(({ spec }) => spec.nodeName === node.metadata.name).map(keyOf) : [],
    },
  ],

  async sync(key, { lister, client, clock, events, requeueAfter }) {
    const pod = lister.tryGet('Pod', key);
    if (!pod?.spec.nodeName || pod.metadata.deletionTimestamp || isPodTerminated(pod)) return;
    const time = evictionTime(lister.tryGet('Node', pod.spec.nodeName)?.spec?.taints ?? [], pod.spec.tolerations ?? [], clock.now());
    if (time === undefined) return;
    if (time > clock.now()) return requeueAfter(key, time - clock.now());
    const { namespace, name = '', uid } = pod.metadata;
    const condition = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint', lastTransitionTime: toTime(clock.now()) };
    await client.patch('Pod', { namespace, name }, { metadata: { uid }, status: { conditions: [condition] } }, { subresource: 'status' });
    events.normal(pod, 'TaintManagerEviction', `Marking for deletion Pod ${key}`);
    await client.tryDelete('Pod', { namespace, name }, { preconditions: { uid } });
  },
};
