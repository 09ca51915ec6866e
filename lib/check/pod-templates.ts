import type { DeepReadonly } from '../base/deep-readonly';
import type { Container, KubeObject, Labels, PodSpec } from '../api/types';

/** A pod as a manifest describes it: its own, or the template of a workload. */
export interface PodTemplate {
  readonly object: DeepReadonly<KubeObject>;
  /** `Deployment web`. */
  readonly owner: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly spec: DeepReadonly<PodSpec>;
  /** Path of the pod's spec in the object. */
  readonly path: string;
  /** Containers and init containers with their paths. */
  readonly containers: readonly CheckedContainer[];
}

export interface CheckedContainer {
  readonly container: DeepReadonly<Container>;
  readonly path: string;
  /** Runs before the others; one with `restartPolicy: Always` is a sidecar and goes on beside them. */
  readonly init: boolean;
}

type Template = Partial<{ readonly metadata: { readonly labels?: Labels; readonly annotations?: Labels }; readonly spec: DeepReadonly<PodSpec> }>;

const PATHS: Readonly<Record<string, readonly string[]>> = {
  Pod: [], CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  ...Object.fromEntries(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job'].map((kind) => [kind, ['spec', 'template']])),
};

/** Malformed templates are left out: the schema rule names what is wrong with them. */
export function podTemplatesIn(objects: readonly DeepReadonly<KubeObject>[]): readonly PodTemplate[] {
  return objects.flatMap((object) => {
    const path = PATHS[object.kind];
    if (!path) return [];
    const template = path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object) as Template | undefined;
    const spec = template?.spec;
    if (typeof spec !== 'object' || !isContainers(spec.containers) || !isContainers(spec.initContainers ?? [])) return [];
    const specPath = [...path, 'spec'].join('.');
    return [{
      object, spec, path: specPath, owner: `${object.kind} ${object.metadata.name}`,
      labels: template?.metadata?.labels ?? {}, annotations: template?.metadata?.annotations ?? {}, containers: containersOf(spec, specPath),
    }];
  });
}

/** Annotations of the pod template of a workload, and where they are. undefined for a Pod, whose are the object's, and for what has no template. */
export function tryPodTemplateMetadata(object: DeepReadonly<KubeObject>): { readonly annotations: Labels | undefined; readonly path: string } | undefined {
  const path = PATHS[object.kind];
  if (!path || path.length === 0) return undefined;
  const metadata = [...path, 'metadata'].reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], object) as { readonly annotations?: Labels } | null | undefined;
  return { annotations: metadata?.annotations, path: [...path, 'metadata'].join('.') };
}

const isContainers = (list: unknown): boolean => Array.isArray(list) && list.every((item) => typeof item === 'object' && item !== null);

function containersOf(spec: DeepReadonly<PodSpec>, path: string): readonly CheckedContainer[] {
  return (['initContainers', 'containers'] as const).flatMap((list) => (spec[list] ?? []).map((container, index) => ({ container, path: `${path}.${list}[${index}]`, init: list === 'initContainers' })));
}
