import { LEAVE_ANNOTATION } from '../../api/label-keys';
import type { KubeObject } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import { FIELD_MANAGER } from '../field-manager';
import { describeObject, type Manifest } from '../load/manifest';
import { ownersOf } from './field-owners';
import { fieldAt, parseFieldPath, withField } from './field-path';

/** The fields of each object that are left to others: what its annotation says, and the replicas of what an autoscaler of the program scales. Pure. */
export function leftFields(manifests: readonly Manifest[]): (object: DeepReadonly<KubeObject>) => readonly string[] {
  const autoscaled = new Set(manifests.flatMap(({ object }) => {
    const { scaleTargetRef: target } = (object as { readonly spec?: { readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string } } }).spec ?? {};
    return object.kind === 'HorizontalPodAutoscaler' && target?.kind && target.name ? [`${object.metadata.namespace ?? ''}/${target.kind}/${target.name}`] : [];
  }));
  return ({ kind, metadata: { namespace = '', name = '', annotations } }) => [
    ...(annotations?.[LEAVE_ANNOTATION] ?? '').split(/[,\n]/).map((path) => path.trim()).filter(Boolean),
    ...(autoscaled.has(`${namespace}/${kind}/${name}`) ? ['spec.replicas'] : []),
  ];
}

/**
 * What is sent of an object whose fields are partly left to others: a field that somebody else owns is not in it. One that nobody else has taken keeps the value that it has in the cluster: without it
 * the server would go back to its default. Throws for a path that is none. Pure.
 */
export function withoutLeft(object: KubeObject, live: DeepReadonly<KubeObject>, paths: readonly string[]): KubeObject {
  return paths.reduce((sent, path) => {
    const steps = stepsOf(path, object, live);
    const owners = ownersOf(live, steps);
    const isOurs = owners.length > 0 && owners.every((owner) => owner === FIELD_MANAGER);
    return withField(sent, steps, isOurs ? fieldAt(live, steps) : undefined);
  }, object);
}

function stepsOf(path: string, object: KubeObject, live: DeepReadonly<KubeObject>) {
  try {
    return parseFieldPath(path, fieldExample(live, object));
  } catch (error) {
    throw new Error(`${describeObject(object)}: the annotation ${LEAVE_ANNOTATION}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Keys of maps with dots are read from whichever of the two has them. */
const fieldExample = (live: DeepReadonly<KubeObject>, object: KubeObject) => ({ ...object, ...live, metadata: { ...object.metadata, ...live.metadata, annotations: { ...object.metadata.annotations, ...live.metadata.annotations }, labels: { ...object.metadata.labels, ...live.metadata.labels } } });
