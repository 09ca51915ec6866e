import type { HorizontalPodAutoscaler } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';
import type { CheckedObjects } from './checked-objects';
import type { PodTemplate } from './pod-templates';

/** How many copies of a Deployment or StatefulSet there are at least. */
export interface Replicas {
  readonly atLeast: number;
  /** Whether the manifests say so, or it is the server's default. */
  readonly written: boolean;
  readonly autoscaler?: DeepReadonly<HorizontalPodAutoscaler>;
}

const autoscalers = new WeakMap<CheckedObjects, ReadonlyMap<string, DeepReadonly<HorizontalPodAutoscaler>>>();

/** undefined for what has no number of copies: a DaemonSet, a Job, a pod. */
export function tryReplicasOf(objects: CheckedObjects, { object }: PodTemplate): Replicas | undefined {
  const { kind, metadata } = object;
  if (kind !== 'Deployment' && kind !== 'StatefulSet') return undefined;
  const autoscaler = autoscalersIn(objects).get(key(kind, metadata.namespace, metadata.name));
  const written = autoscaler ? autoscaler.spec.minReplicas : (object as { readonly spec?: { readonly replicas?: number } }).spec?.replicas;
  return { atLeast: written ?? 1, written: written !== undefined, autoscaler };
}

function autoscalersIn(objects: CheckedObjects): ReadonlyMap<string, DeepReadonly<HorizontalPodAutoscaler>> {
  let found = autoscalers.get(objects);
  if (!found) {
    found = new Map(objects.ofKind('HorizontalPodAutoscaler').filter(({ spec }) => spec?.scaleTargetRef).map((autoscaler) => {
      const { kind, name } = autoscaler.spec.scaleTargetRef;
      return [key(kind, autoscaler.metadata.namespace, name), autoscaler];
    }));
    autoscalers.set(objects, found);
  }
  return found;
}

const key = (kind: string, namespace: string | undefined, name: string | undefined) => `${kind}/${namespace ?? ''}/${name ?? ''}`;
