import { isDeepStrictEqual } from 'node:util';
import { toTime } from '../../base/clock';
import type { DeepReadonly } from '../../base/deep-readonly';
import { isPodReady, tryPodCondition } from '../../api/pods';
import { isNotFound } from '../../api/status-error';
import type { Lease, Node } from '../../api/types';
import type { Controller, ControllerContext } from '../controller';
import { writeStatus } from '../write-status';
import { computeTaints, silentConditions } from './conditions';

const LEASES = 'kube-node-lease';

/** When the node was last heard of, in milliseconds; not before this process began to listen. */
export function lastHeartbeat(node: DeepReadonly<Node>, lease: DeepReadonly<Lease> | undefined, startedAt: number): number {
  const times = [lease?.spec.renewTime, node.status?.conditions?.find(({ type }) => type === 'Ready')?.lastHeartbeatTime, node.metadata.creationTimestamp];
  return Math.max(startedAt, ...times.map((time) => (time ? Date.parse(time) : 0)));
}

/**
 * A node whose lease is not renewed becomes unknown; conditions become taints, and its pods stop being ready. Follows pkg/controller/nodelifecycle of Kubernetes 1.28.
 */
export const nodeLifecycle: Controller = {
  name: 'node-controller',

  watches: [
    { kind: 'Node', enqueue: 'self' },
    { kind: 'Lease', enqueue: ({ metadata }, _context, { type }) => (metadata.namespace === LEASES && metadata.name && type === 'added' ? [metadata.name] : []) },
    { kind: 'Pod', enqueue: 'nothing' },
  ],

  async sync(name, context) {
    const { lister, client, clock, events, requeueAfter, options, startedAt } = context;
    const node = lister.tryGet('Node', name);
    if (!node || node.metadata.deletionTimestamp) return;
    const grace = (options.nodeMonitorGraceSeconds ?? 40) * 1000;
    const silentAt = lastHeartbeat(node, lister.tryGet('Lease', `${LEASES}/${name}`), startedAt) + grace;
    if (silentAt > clock.now()) requeueAfter(name, silentAt - clock.now() + 100);

    const conditions = silentAt <= clock.now() ? silentConditions(node, clock.now()) : undefined;
    if (conditions) {
      events.normal(node, 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
      await writeStatus(client, node, { ...node.status, conditions });
      return; // taints follow when the informer shows it
    }
    await taint(node, context);
    const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
    if (ready !== undefined && ready !== 'True') await markPodsNotReady(name, context);
  },
};

async function taint(node: DeepReadonly<Node>, { client, clock }: ControllerContext): Promise<void> {
  const taints = computeTaints(node, clock.now());
  if (isDeepStrictEqual(taints, node.spec?.taints ?? [])) return;
  const updated = { ...node, spec: { ...node.spec, taints: taints.length > 0 ? taints : undefined } };
  await client.update(updated);
}

async function markPodsNotReady(node: string, { lister, client, clock, events }: ControllerContext): Promise<void> {
  await Promise.all(lister.list('Pod').filter((pod) => pod.spec.nodeName === node && isPodReady(pod)).map(async (pod) => {
    const { namespace, name = '', uid } = pod.metadata;
    const condition = { ...tryPodCondition(pod, 'Ready'), status: 'False', lastTransitionTime: toTime(clock.now()) };
    events.warning(pod, 'NodeNotReady', 'Node is not ready');
    await client.patch('Pod', { namespace, name }, { metadata: { uid }, status: { conditions: [condition] } }, { subresource: 'status' }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }));
}
