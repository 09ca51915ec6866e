import type { Clock } from '../../base/clock';
import { sleep } from '../../base/clock';
import type { DeepReadonly } from '../../base/deep-readonly';
import { controllerOf } from '../../api/object-key';
import { isPodTerminated } from '../../api/pods';
import { isNotFound, StatusError } from '../../api/status-error';
import type { Pod } from '../../api/types';
import type { Client } from '../../client/client';

export interface DrainConfig {
  readonly client: Client;
  readonly clock: Clock;
  /** Also pods that nothing makes anew. */
  readonly force: boolean;
  /** In milliseconds. */
  readonly timeout: number;
  readonly onProgress: (what: string) => void;
}

type ReadPod = DeepReadonly<Pod>;
const MIRROR = 'kubernetes.io/config.mirror';
const PAUSE = 500;

/** The pods that a drain moves, and the ones that nothing would make anew. DaemonSets' pods and mirror pods stay, as with kubectl. Pure. */
export function podsToMove(pods: readonly ReadPod[]): { readonly move: readonly ReadPod[]; readonly unmanaged: readonly ReadPod[] } {
  const move = pods.filter((pod) => !isPodTerminated(pod) && controllerOf(pod)?.kind !== 'DaemonSet' && pod.metadata.annotations?.[MIRROR] === undefined);
  return { move, unmanaged: move.filter((pod) => !controllerOf(pod)) };
}

/** Keeps new pods away from the node and evicts those that are there, waiting where a disruption budget asks for it. Resolves, when they are gone, with how many it were. May be called again. */
export async function drainNode(name: string, { client, clock, force, timeout, onProgress }: DrainConfig, signal: AbortSignal): Promise<number> {
  await client.patch('Node', { name }, { spec: { unschedulable: true } }, { type: 'strategic' });
  const deadline = clock.now() + timeout;
  const moved = new Set<string>();
  for (let blocked = ''; ;) {
    signal.throwIfAborted();
    const { move, unmanaged } = podsToMove((await client.list('Pod', { fieldSelector: `spec.nodeName=${name}` })).items);
    if (unmanaged.length > 0 && !force) throw new Error(`${unmanaged.map(describe).join(', ')}: no controller makes them anew elsewhere; delete them, or lose them with --force (node ${name} stays cordoned)`);
    if (move.length === 0) return moved.size;
    if (clock.now() > deadline) throw new Error(`${move.map(describe).join(', ')} still on node ${name} after ${timeout / 1000} s${blocked ? `: ${blocked}` : ''}; the node stays cordoned`);
    onProgress(`${name}: ${move.length} pods to move${blocked ? ` (${blocked})` : ''}`);
    blocked = '';
    for (const pod of move.filter(({ metadata }) => !metadata.deletionTimestamp)) {
      const refusal = await tryEvict(pod, client);
      if (refusal) blocked = refusal;
      else moved.add(pod.metadata.uid ?? '');
    }
    await sleep(clock, PAUSE, signal);
  }
}

/** Why not now; undefined when it goes, or is gone. */
async function tryEvict({ metadata: { namespace, name = '', uid } }: ReadPod, client: Client): Promise<string | undefined> {
  try {
    await client.createSubresource('Pod', { namespace, name }, 'eviction', { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { namespace, name }, deleteOptions: { preconditions: { uid } } });
    return undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    if (error instanceof StatusError && error.code === 429) return error.message;
    throw error;
  }
}

const describe = ({ metadata }: ReadPod) => `${metadata.namespace}/${metadata.name}`;
