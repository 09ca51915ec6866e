import type { DeepReadonly } from '../../base/deep-readonly';
import { resourceOf, splitApiVersion, tryResourceOf } from '../../api/kinds';
import { controllerOf } from '../../api/object-key';
import { isNotFound } from '../../api/status-error';
import type { Pod, PodDisruptionBudget } from '../../api/types';
import type { ControllerContext } from '../controller';

type Owner = NonNullable<ReturnType<typeof controllerOf>>;
interface Scale {
  readonly uid: string;
  readonly replicas: number;
}

/** How many pods there should be: as the owners say, or what there is where only a number of pods must stay. Rejects when an owner cannot say. */
export async function expectedPods({ spec: { minAvailable, maxUnavailable } }: DeepReadonly<PodDisruptionBudget>, pods: readonly DeepReadonly<Pod>[], context: ControllerContext): Promise<number> {
  if (maxUnavailable === undefined && typeof minAvailable !== 'string') return pods.length;
  const scales = new Map<string, number>();
  const asked = new Set<string>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (!owner || asked.has(owner.uid)) continue; // pods without an owner are nobody's scale
    asked.add(owner.uid);
    const scale = tryKnownScale(owner, pod.metadata.namespace ?? '', context) ?? await tryServedScale(owner, pod.metadata.namespace ?? '', context);
    if (!scale) throw new Error(`found no controllers for pod "${pod.metadata.name}"`);
    scales.set(scale.uid, scale.replicas);
  }
  return [...scales.values()].reduce((sum, replicas) => sum + replicas, 0);
}

/** The scale of the kinds that are watched anyway; a ReplicaSet of a Deployment has the Deployment's. */
function tryKnownScale({ kind, name, uid }: Owner, namespace: string, { lister }: Pick<ControllerContext, 'lister'>): Scale | undefined {
  if (kind !== 'ReplicaSet' && kind !== 'StatefulSet' && kind !== 'ReplicationController') return undefined;
  const owner = lister.tryGet(kind, { namespace, name });
  if (owner?.metadata.uid !== uid) return undefined;
  const above = controllerOf(owner);
  const deployment = above?.kind === 'Deployment' ? lister.tryGet('Deployment', { namespace, name: above.name }) : undefined;
  const scaled = deployment ?? owner;
  return { uid: scaled.metadata.uid ?? '', replicas: scaled.spec?.replicas ?? 1 };
}

/** What the API says about any other kind of owner. Rejects for kinds that cannot be scaled. */
async function tryServedScale({ apiVersion, kind, name }: Owner, namespace: string, { client }: Pick<ControllerContext, 'client'>): Promise<Scale | undefined> {
  if (isWatched(kind, apiVersion)) return undefined;
  try {
    const scale = await client.tryGetObject({ apiVersion, kind }, { namespace, name }, 'scale');
    if (scale) return { uid: scale.metadata.uid ?? '', replicas: (scale as { readonly spec?: { readonly replicas?: number } }).spec?.replicas ?? 0 };
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  const exists = await client.tryGetObject({ apiVersion, kind }, { namespace, name });
  if (!exists) return undefined;
  const { group } = splitApiVersion(apiVersion);
  throw new Error(`${tryResourceOf(kind, apiVersion)?.resource ?? kind.toLowerCase()}${group && `.${group}`} does not implement the scale subresource`);
}

const isWatched = (kind: string, apiVersion: string) => ['ReplicaSet', 'StatefulSet', 'ReplicationController'].includes(kind) && tryResourceOf(kind, apiVersion)?.group === resourceOf(kind).group;
