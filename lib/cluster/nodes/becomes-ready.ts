import { type Clock, sleep } from '../../base/clock';
import type { Client } from '../../client/client';

/** Whether the node becomes Ready within `limit` milliseconds of `since`: what it said in an earlier life does not count. Rejects when the signal aborts. */
export async function becomesReady(name: string, client: Client, { clock, since, limit }: { readonly clock: Clock; readonly since: number; readonly limit: number }, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    signal.throwIfAborted();
    const node = await client.tryGet('Node', { name });
    const ready = node?.status?.conditions?.find(({ type }) => type === 'Ready');
    if (ready?.status === 'True' && Date.parse(ready.lastHeartbeatTime ?? '') + 1_000 >= since) return true;
    if (clock.now() - since > limit) return false;
    await sleep(clock, 250, signal);
  }
}
