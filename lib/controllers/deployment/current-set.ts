import { isDeepStrictEqual } from 'node:util';
import type { DeepReadonly } from '../../base/deep-readonly';
import { controllerOf, controllerReference } from '../../api/object-key';
import { isAlreadyExists } from '../../api/status-error';
import type { ReplicaSet } from '../../api/types';
import { tryCondition, withCondition } from '../conditions';
import type { ControllerContext } from '../controller';
import { writeStatus } from '../write-status';
import { progressCondition } from './deployment-status';
import { type Dep, REVISION, type ReplicaSets, type Set } from './replica-sets';
import { currentSetAnnotations } from './revisions';
import { currentSetSize } from './rolling-update';
import { equalTemplates, HASH_LABEL, templateHash } from './template-hash';

/**
 * Makes the ReplicaSet with the current template, or brings its annotations up to date. Returns the sets as they are then; undefined when the Deployment itself
 * had to be changed, so that the pass starts again with what the informer brings.
 */
export async function ensureCurrentSet(deployment: Dep, sets: ReplicaSets, context: ControllerContext): Promise<ReplicaSets | undefined> {
  const current = sets.current ? await refresh(deployment, sets.current, sets.old, context) : await create(deployment, sets, context);
  if (!current) return undefined;
  const changed = await record(deployment, current, sets.current === undefined, context);
  return changed ? undefined : { ...sets, current };
}

async function refresh(deployment: Dep, set: Set, old: readonly Set[], { client }: ControllerContext): Promise<Set> {
  const annotations = currentSetAnnotations(deployment, set, old);
  const minReadySeconds = deployment.spec.minReadySeconds;
  if (isDeepStrictEqual(annotations, set.metadata.annotations ?? {}) && (minReadySeconds ?? 0) === (set.spec.minReadySeconds ?? 0)) return set;
  const updated = { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, minReadySeconds } };
  return await client.update(updated) as Set;
}

async function create(deployment: Dep, sets: ReplicaSets, { client, clock, events }: ControllerContext): Promise<Set | undefined> {
  const set = newReplicaSet(deployment, sets);
  try {
    const created = await client.create(set) as Set;
    const replicas = set.spec.replicas ?? 0;
    if (replicas > 0) events.normal(deployment, 'ScalingReplicaSet', `Scaled up replica set ${created.metadata.name} to ${replicas}`);
    return created;
  } catch (error) {
    if (isAlreadyExists(error)) {
      const existing = await client.get('ReplicaSet', { namespace: set.metadata.namespace, name: set.metadata.name ?? '' });
      if (controllerOf(existing)?.uid === deployment.metadata.uid && equalTemplates(existing.spec.template ?? {}, deployment.spec.template)) return existing;
      await writeStatus(client, deployment, { ...deployment.status, collisionCount: (deployment.status?.collisionCount ?? 0) + 1 });
      return undefined;
    }
    const message = `Failed to create new replica set "${set.metadata.name}": ${error instanceof Error ? error.message : String(error)}`;
    const conditions = withCondition(deployment.status?.conditions, progressCondition('False', 'ReplicaSetCreateError', message, clock.now()));
    await writeStatus(client, deployment, { ...deployment.status, conditions });
    events.warning(deployment, 'ReplicaSetCreateError', message);
    throw error;
  }
}

/** The set for the Deployment's current template. Pure. */
export function newReplicaSet(deployment: Dep, sets: ReplicaSets): DeepReadonly<ReplicaSet> {
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = templateHash(template, deployment.status?.collisionCount);
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
  return {
    apiVersion: 'apps/v1', kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`, namespace: deployment.metadata.namespace, labels,
      annotations: currentSetAnnotations(deployment, undefined, sets.old), ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: currentSetSize(deployment, sets), minReadySeconds,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

/** Writes the revision (an annotation) and the first Progressing condition. True when the Deployment changed. */
async function record(deployment: Dep, current: Set, isNew: boolean, { client, clock }: ControllerContext): Promise<boolean> {
  const revision = current.metadata.annotations?.[REVISION] ?? '1';
  const { name } = current.metadata;
  const hasProgress = tryCondition(deployment.status?.conditions, 'Progressing') !== undefined || deployment.spec.progressDeadlineSeconds === undefined;
  const sameRevision = deployment.metadata.annotations?.[REVISION] === revision;
  if (sameRevision && hasProgress && !isNew) return false;

  const condition = isNew
    ? progressCondition('True', 'NewReplicaSetCreated', `Created new replica set "${name}"`, clock.now())
    : progressCondition('True', 'FoundNewReplicaSet', `Found new replica set "${name}"`, clock.now());
  const recorded = deployment.spec.progressDeadlineSeconds !== undefined && (isNew || !hasProgress);
  const conditions = recorded ? withCondition(deployment.status?.conditions, condition) : deployment.status?.conditions;
  // Through the status subresource: a change of annotations alone would count as a new generation.
  const updated = {
    ...deployment, metadata: { ...deployment.metadata, annotations: { ...deployment.metadata.annotations, [REVISION]: revision } },
    status: { ...deployment.status, ...(conditions && { conditions }) },
  };
  const written = await client.updateStatus(updated);
  if (written.metadata.annotations?.[REVISION] !== revision) {
    const { namespace, name: own = '' } = deployment.metadata;
    await client.patch('Deployment', { namespace, name: own }, { metadata: { annotations: { [REVISION]: revision } } }, { type: 'merge' });
  }
  return true;
}
