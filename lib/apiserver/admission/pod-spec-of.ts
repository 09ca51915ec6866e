import type { DeepReadonly } from '../../base/deep-readonly';
import type { KubeObject, PodSpec } from '../../api/types';

/** Where each kind keeps a pod's specification. */
const POD_SPECS: Readonly<Record<string, readonly string[]>> = {
  'pods': ['spec'],
  'replicationcontrollers': ['spec', 'template', 'spec'],
  'podtemplates': ['template', 'spec'],
  'apps/deployments': ['spec', 'template', 'spec'],
  'apps/replicasets': ['spec', 'template', 'spec'],
  'apps/statefulsets': ['spec', 'template', 'spec'],
  'apps/daemonsets': ['spec', 'template', 'spec'],
  'batch/jobs': ['spec', 'template', 'spec'],
  'batch/cronjobs': ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** The path of the pod's specification in objects of this kind; undefined for kinds that hold none. */
export function podSpecPath({ group, resource }: { readonly group: string; readonly resource: string }): readonly string[] | undefined {
  return POD_SPECS[group ? `${group}/${resource}` : resource];
}

/** What stands at the path; undefined where it ends early. */
export function tryAt(object: DeepReadonly<KubeObject>, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, field) => (value as Record<string, unknown> | undefined)?.[field], object);
}

export const tryPodSpec = (object: DeepReadonly<KubeObject>, path: readonly string[]) => tryAt(object, path) as DeepReadonly<PodSpec> | undefined;
