import type { DeepReadonly } from '../../base/deep-readonly';
import type { Pod, PodTemplateSpec, StatefulSet, Volume } from '../../api/types';
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

/** The labels that a pod which was adopted does not have yet; undefined when nothing is missing. Pure. */
export function tryMissingLabels(set: Set, pod: DeepReadonly<Pod>): Readonly<Record<string, string>> | undefined {
  const name = pod.metadata.name ?? '';
  return pod.metadata.labels?.[NAME_LABEL] === name ? undefined : { [NAME_LABEL]: name, [INDEX_LABEL]: String(tryOrdinal(set, pod)) };
}
