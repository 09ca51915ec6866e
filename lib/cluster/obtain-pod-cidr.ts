import { backoffDelay } from '../base/backoff';
import { type Clock, sleep } from '../base/clock';
import { isAlreadyExists } from '../api/status-error';
import type { Node } from '../api/types';
import type { Client } from '../client/client';

/**
 * The pod addresses that the cluster's allocator has given this node. Registers the node when it is not there: the allocator looks at nodes only. Waits, with backoff,
 * until the range is there; rejects when the signal aborts or the API refuses.
 */
export async function obtainPodCidr(nodeName: string, { client, clock, signal }: { readonly client: Client; readonly clock: Clock; readonly signal: AbortSignal }): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted();
    const node = await client.tryGet('Node', { name: nodeName }) ?? await create(nodeName, client);
    if (node?.spec?.podCIDR) return node.spec.podCIDR;
    await sleep(clock, backoffDelay(tries, { initial: 50, maximum: 2_000 }), signal);
  }
}

async function create(name: string, client: Client) {
  try {
    return await client.create<Node>({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/hostname': name } }, spec: {} });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    return undefined;
  }
}
