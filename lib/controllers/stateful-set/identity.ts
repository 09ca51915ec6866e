import type { DeepReadonly } from '../../base/deep-readonly';
import { controllerReference } from '../../api/object-key';
import type { PersistentVolumeClaim, Pod, PodTemplateSpec, StatefulSet, Volume } from '../../api/types';
import { podFromTemplate } from '../pod-template';

type Set = DeepReadonly<StatefulSet>;

export const REVISION_LABEL = 'controller-revision-hash';
const NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
const INDEX_LABEL = 'apps.kubernetes.io/pod-index';

export const podName = ({ metadata }: Set, ordinal: number) => `${metadata.name}-${ordinal}`;
export const claimName = (template: string, pod: string) => `${template}-${pod}`;

/** The number at the end of the pod's name; undefined when it is not one of the set's names. */
export function tryOrdinal(set: Set, pod: DeepReadonly<Pod>): number | undefined {
  const match = /^(.*)-(\d+)$/.exec(pod.metadata.name ?? '');
  return match && match[1] === set.metadata.name ? Number(match[2]) : undefined;
}

/** The pod of an ordinal: its name, its host name, its own volumes. Pure. */
export function newPod(set: Set, ordinal: number, template: DeepReadonly<PodTemplateSpec>, revision: string): DeepReadonly<Pod> {
  const name = podName(set, ordinal);
  const pod = podFromTemplate(set, template);
  const { generateName: _generateName, ...metadata } = pod.metadata;
  const claims = (set.spec.volumeClaimTemplates ?? []).map(({ metadata: { name: volume = '' } = {} }): Volume => ({ name: volume, persistentVolumeClaim: { claimName: claimName(volume, name) } }));
  const others = (pod.spec.volumes ?? []).filter((volume) => !claims.some((own) => own.name === volume.name));
  return {
    ...pod,
    metadata: { ...metadata, name, labels: { ...metadata.labels, [NAME_LABEL]: name, [INDEX_LABEL]: String(ordinal), [REVISION_LABEL]: revision } },
    spec: { ...pod.spec, hostname: name, subdomain: set.spec.serviceName, volumes: [...claims, ...others] },
  };
}

/** The claims of a pod. They outlive it, unless the retention policy says that they go with the set. Pure. */
export function newClaims(set: Set, ordinal: number): readonly DeepReadonly<PersistentVolumeClaim>[] {
  const owned = set.spec.persistentVolumeClaimRetentionPolicy?.whenDeleted === 'Delete';
  return (set.spec.volumeClaimTemplates ?? []).map(({ metadata = {}, spec = {} }) => ({
    apiVersion: 'v1', kind: 'PersistentVolumeClaim',
    metadata: {
      name: claimName(metadata.name ?? '', podName(set, ordinal)), namespace: set.metadata.namespace,
      labels: { ...metadata.labels, ...set.spec.selector.matchLabels }, ...(metadata.annotations && { annotations: metadata.annotations }),
      ...(owned && { ownerReferences: [{ ...controllerReference(set), controller: undefined, blockOwnerDeletion: undefined }] }),
    },
    spec,
  }));
}
