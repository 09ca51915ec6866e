import { keyOf } from '../../api/object-key';
import { isPodTerminated } from '../../api/pods';
import { isNotFound } from '../../api/status-error';
import { claim } from '../claim';
import { tryCondition, withCondition } from '../conditions';
import type { Controller, ControllerContext } from '../controller';
import { tryOwnersOfOrphan } from '../orphan-owners';
import { writeStatus } from '../write-status';
import { ensureCurrentSet } from './current-set';
import { countStatus, isComplete, progressCondition, rolloutStatus, tryUntilDeadline } from './deployment-status';
import { scaleProportionally } from './proportional-scaling';
import { type Dep, DESIRED_REPLICAS, everySet, replicasOf, type ReplicaSets, splitReplicaSets } from './replica-sets';
import { expiredSets } from './revisions';
import { currentSetSize, shrinkOldSets } from './rolling-update';
import { scaleSets } from './scale-sets';

/**
 * Moves a Deployment's pods from one template to the next: one ReplicaSet per template, sized step by step. Follows pkg/controller/deployment of Kubernetes 1.28.
 */
export const deployment: Controller = {
  name: 'deployment-controller',

  watches: [
    { kind: 'Deployment', enqueue: 'self' },
    { kind: 'ReplicaSet', enqueue: 'owner', ownerKind: 'Deployment' },
    { kind: 'ReplicaSet', enqueue: (set, { lister }) => tryOwnersOfOrphan(set, lister.list('Deployment', set.metadata.namespace)) },
    {
      kind: 'Pod', // Recreate waits for the last old pod
      enqueue: (pod, { lister }, { type }) => {
        const owner = pod.metadata.ownerReferences?.find(({ kind, controller }) => kind === 'ReplicaSet' && controller);
        if (!owner || (type !== 'deleted' && !isPodTerminated(pod))) return [];
        const set = lister.tryGet('ReplicaSet', `${pod.metadata.namespace}/${owner.name}`);
        return (set?.metadata.ownerReferences ?? []).filter(({ kind, controller }) => kind === 'Deployment' && controller).map(({ name }) => `${pod.metadata.namespace}/${name}`);
      },
    },
  ],

  async sync(key, context) {
    const found = context.lister.tryGet('Deployment', key);
    if (!found) return;
    const { matchLabels, matchExpressions } = found.spec.selector;
    if (Object.keys(matchLabels ?? {}).length === 0 && !matchExpressions?.length) {
      context.events.warning(found, 'SelectingAll', 'This deployment is selecting all pods. A non-empty selector is required.');
      return;
    }
    const sets = splitReplicaSets(found, await claim('ReplicaSet', found, found.spec.selector, context));
    if (found.metadata.deletionTimestamp) return writeStatus(context.client, found, countStatus(found, sets, context.clock.now()));
    if (await recordPause(found, context)) return; // its own change brings the key back

    if (found.spec.paused || isScaled(found, sets)) await scale(found, sets, context);
    else if (found.spec.strategy?.type === 'Recreate') await recreate(found, sets, context);
    else await rollingUpdate(found, sets, context);
  },
};

/** Somebody changed `spec.replicas`: a set still carries the number wanted before. */
function isScaled(deployment: Dep, sets: ReplicaSets): boolean {
  return everySet(sets).some((set) => {
    const desired = set.metadata.annotations?.[DESIRED_REPLICAS];
    return replicasOf(set) > 0 && desired !== undefined && Number(desired) !== replicasOf(deployment);
  });
}

async function rollingUpdate(deployment: Dep, found: ReplicaSets, context: ControllerContext): Promise<void> {
  const sets = await ensureCurrentSet(deployment, found, context);
  if (!sets) return;
  const size = currentSetSize(deployment, sets);
  if (sets.current && replicasOf(sets.current) !== size) {
    await scaleSets(deployment, [{ set: sets.current, replicas: size }], context);
  } else {
    const shrunk = await scaleSets(deployment, shrinkOldSets(deployment, sets), context);
    if (!shrunk) await cleanUp(deployment, sets, context);
  }
  await finish(deployment, sets, context);
}

async function recreate(deployment: Dep, found: ReplicaSets, context: ControllerContext): Promise<void> {
  const emptied = await scaleSets(deployment, found.old.filter((set) => replicasOf(set) > 0).map((set) => ({ set, replicas: 0 })), context);
  const oldPodsRun = found.old.some(({ metadata: { uid = '' } }) => context.lister.ownedBy('Pod', uid).some((pod) => !isPodTerminated(pod)));
  if (emptied || oldPodsRun) return finish(deployment, found, context);

  const sets = await ensureCurrentSet(deployment, found, context);
  if (!sets) return;
  if (sets.current && replicasOf(sets.current) !== replicasOf(deployment)) await scaleSets(deployment, [{ set: sets.current, replicas: replicasOf(deployment) }], context);
  else await cleanUp(deployment, sets, context);
  await finish(deployment, sets, context);
}

async function scale(deployment: Dep, found: ReplicaSets, context: ControllerContext): Promise<void> {
  const sets = found.current ? await ensureCurrentSet(deployment, found, context) : found;
  if (!sets) return;
  const wanted = scaleProportionally(deployment, sets);
  // Every active set learns the new size, also where its own stays: or the Deployment would count as scaled for ever.
  const others = everySet(sets).filter((set) => replicasOf(set) > 0 && !wanted.some((scaling) => scaling.set === set)).map((set) => ({ set, replicas: replicasOf(set) }));
  await scaleSets(deployment, [...wanted, ...others], context);
  if (deployment.spec.paused) await cleanUp(deployment, sets, context);
  await writeStatus(context.client, deployment, countStatus(deployment, sets, context.clock.now()));
}

async function finish(deployment: Dep, sets: ReplicaSets, { client, clock, requeueAfter }: ControllerContext): Promise<void> {
  const status = rolloutStatus(deployment, sets, clock.now());
  await writeStatus(client, deployment, status);
  const wait = tryUntilDeadline(deployment, status, clock.now());
  if (wait !== undefined) requeueAfter(keyOf(deployment), wait);
}

async function cleanUp(deployment: Dep, sets: ReplicaSets, { client }: ControllerContext): Promise<void> {
  if (!deployment.spec.paused && !isComplete(deployment, deployment.status ?? {})) return;
  for (const { metadata } of expiredSets(deployment, sets.old)) {
    await client.delete('ReplicaSet', { namespace: metadata.namespace, name: metadata.name ?? '' }, { preconditions: { uid: metadata.uid } }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }
}

/** A pause stops the clock of the progress deadline; a resume starts it anew. True when something was written. */
async function recordPause(deployment: Dep, { client, clock }: ControllerContext): Promise<boolean> {
  if (deployment.spec.progressDeadlineSeconds === undefined) return false;
  const progressing = tryCondition(deployment.status?.conditions, 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') return false;
  const isRecorded = progressing?.reason === 'DeploymentPaused';
  if (Boolean(deployment.spec.paused) === isRecorded) return false;
  const condition = deployment.spec.paused
    ? progressCondition('Unknown', 'DeploymentPaused', 'Deployment is paused', clock.now())
    : progressCondition('Unknown', 'DeploymentResumed', 'Deployment is resumed', clock.now());
  await writeStatus(client, deployment, { ...deployment.status, conditions: withCondition(deployment.status?.conditions, condition) });
  return true;
}
