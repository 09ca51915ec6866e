import type { Client } from '../../client/client';
import type { Progress } from '../wait-until-ready';

/** Events with which the cluster autoscaler and Karpenter say that they make a node for a pod. */
const COMING = ['TriggeredScaleUp', 'Nominated'];

/** Those of the pods without a node that one is being made for. */
export async function areNodesComing(client: Client, unplaced: readonly Progress[]): Promise<readonly string[]> {
  const found = await Promise.all(unplaced.map(async ({ namespace, problem }) => {
    if (!problem) return [];
    const { items } = await client.list('Event', { namespace, fieldSelector: `involvedObject.name=${problem.pod}` }).catch(() => ({ items: [] }));
    return items.some(({ reason = '' }) => COMING.includes(reason)) ? [problem.pod] : [];
  }));
  return found.flat();
}
