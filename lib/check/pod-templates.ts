import type { DeepReadonly } from '../base/deep-readonly';
import type { Container, KubeObject, Labels, PodSpec } from '../api/types';
import type { CheckedObjects } from './checked-objects';

/** A pod as a manifest describes it: its own, or the template of a workload. */
export interface PodTemplate {
  readonly object: DeepReadonly<KubeObject>;
  /** `Deployment web`. */
  readonly owner: string;
  readonly labels: Labels;
  readonly spec: DeepReadonly<PodSpec>;
  /** Path of the pod's spec in the object. */
  readonly path: string;
}

type Template = Partial<{ readonly metadata: { readonly labels?: Labels }; readonly spec: DeepReadonly<PodSpec> }>;

const PATHS: Readonly<Record<string, readonly string[]>> = {
  Pod: [], CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  ...Object.fromEntries(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job'].map((kind) => [kind, ['spec', 'template']])),
};

export function podTemplates(objects: CheckedObjects): readonly PodTemplate[] {
  return objects.all.flatMap((object) => {
    const path = PATHS[object.kind];
    if (!path) return [];
    const template = path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object) as Template | undefined;
    if (!template?.spec) return [];
    return [{ object, owner: `${object.kind} ${object.metadata.name}`, labels: template.metadata?.labels ?? {}, spec: template.spec, path: [...path, 'spec'].join('.') }];
  });
}

export const podTemplatesOf = (objects: CheckedObjects, namespace: string | undefined) => podTemplates(objects).filter(({ object }) => object.metadata.namespace === namespace);

/** Containers and init containers with their paths. */
export function containersOf({ spec, path }: PodTemplate): readonly { readonly container: DeepReadonly<Container>; readonly path: string }[] {
  return (['initContainers', 'containers'] as const).flatMap((list) => (spec[list] ?? []).map((container, index) => ({ container, path: `${path}.${list}[${index}]` })));
}
