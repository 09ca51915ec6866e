import { createHash } from 'node:crypto';
import { toTime } from '../../base/clock';
import { decodeObject } from '../../api/decode';
import { applyDefaults } from '../../api/defaults';
import { resourceOf } from '../../api/kinds';
import type { Pod } from '../../api/types';
import { HASH, SEEN, SOURCE } from './annotations';

export interface StaticPodSource {
  readonly nodeName: string;
  /** Of the manifest. */
  readonly file: string;
  readonly text: string;
  readonly now: number;
}

/**
 * The pod of a manifest as its node runs it: named after the node, its uid the hash of what it says, so that a changed manifest is another pod. Throws what is
 * wrong with the manifest. Pure. Follows pkg/kubelet/config/common.go.
 */
export function staticPod({ nodeName, file, text, now }: StaticPodSource): Pod {
  const resource = resourceOf('Pod');
  const pod = decodeObject(text, { resource, fieldValidation: 'Strict', yaml: true }).object as Pod;
  if (!pod.metadata.name) throw new Error('metadata.name: Required value');
  if (!pod.spec?.containers?.length) throw new Error('spec.containers: Required value');
  const refused = referenceProblem(pod);
  if (refused) throw new Error(refused);
  const uid = pod.metadata.uid ?? createHash('md5').update(`host:${nodeName}\nfile:${file}\n${JSON.stringify(pod)}`).digest('hex');
  applyDefaults(pod, resource);
  return {
    ...pod,
    metadata: {
      ...pod.metadata, uid, name: `${pod.metadata.name}-${nodeName}`, namespace: pod.metadata.namespace ?? 'default', creationTimestamp: toTime(now),
      annotations: { ...pod.metadata.annotations, [HASH]: uid, [SEEN]: toTime(now), [SOURCE]: 'file' },
    },
    spec: { ...pod.spec, nodeName, tolerations: [...pod.spec.tolerations ?? [], { operator: 'Exists', effect: 'NoExecute' }] },
    status: { phase: 'Pending' },
  };
}

/** A static pod runs without the API: what only the API has cannot be in it. */
function referenceProblem({ spec }: Pod): string | undefined {
  if (spec.serviceAccountName) return 'spec.serviceAccountName: a static pod has no service account';
  for (const [index, { configMap, secret, projected, persistentVolumeClaim, ephemeral }] of (spec.volumes ?? []).entries()) {
    if (configMap ?? secret ?? projected ?? persistentVolumeClaim ?? ephemeral) return `spec.volumes[${index}]: a static pod may not use objects of the API`;
  }
  const named = [...spec.containers, ...spec.initContainers ?? []].find(({ env = [], envFrom = [] }) => envFrom.length > 0 || env.some(({ valueFrom }) => valueFrom?.configMapKeyRef ?? valueFrom?.secretKeyRef));
  return named && `container ${named.name}: a static pod may not use ConfigMaps or Secrets`;
}
