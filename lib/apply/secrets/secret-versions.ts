import { SECRET_VERSION_ANNOTATION, SECRET_VERSIONS_ANNOTATION } from '../../api/label-keys';
import type { KubeObject, Secret } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { Manifest } from '../load/manifest';
import { configReferences, tryPodTemplate, withPodAnnotations } from '../pod-template';

/**
 * The Secret with a version: kept as long as its values are those in the cluster, a new random one when they differ. Not a hash: one of a short password could be
 * tried out by whoever may read pods. A Secret from before there were versions gets its first one when a value changes. Pure.
 */
export function versioned(secret: KubeObject, existing: DeepReadonly<Secret> | undefined, newVersion: () => string): KubeObject {
  const version = existing && sameData((secret as Secret).data, existing.data) ? existing.metadata.annotations?.[SECRET_VERSION_ANNOTATION] : newVersion();
  if (version === undefined) return secret;
  return { ...secret, metadata: { ...secret.metadata, annotations: { ...secret.metadata.annotations, [SECRET_VERSION_ANNOTATION]: version } } };
}

function sameData(a: Readonly<Record<string, string>> = {}, b: Readonly<Record<string, string>> = {}): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

/** Kinds that replace their pods when the template changes. A Job's cannot change, and a CronJob's next pod reads the new value anyway. */
const ROLLING = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** Gives pods' templates the versions of the Secrets they use, as variables or files: a rotated value rolls them. Pure. */
export function withSecretVersions(manifests: readonly Manifest[]): readonly Manifest[] {
  const keyOf = (namespace: string | undefined, name: string | undefined) => `${namespace}/${name}`;
  const versions = new Map(manifests.flatMap(({ object: { kind, metadata } }) => {
    const version = kind === 'Secret' ? metadata.annotations?.[SECRET_VERSION_ANNOTATION] : undefined;
    return version === undefined ? [] : [[keyOf(metadata.namespace, metadata.name), version] as const];
  }));
  if (versions.size === 0) return manifests;
  return manifests.map((manifest) => {
    const { object } = manifest;
    const template = ROLLING.includes(object.kind) ? tryPodTemplate(object) : undefined;
    if (!template) return manifest;
    const used = [...configReferences(template).secrets].sort().flatMap((name) => versions.get(keyOf(object.metadata.namespace, name)) ?? []);
    return used.length === 0 ? manifest : { ...manifest, object: withPodAnnotations(object, { [SECRET_VERSIONS_ANNOTATION]: used.join(',') }) };
  });
}
