import type { HorizontalPodAutoscaler, KubeObject } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { Client } from '../../client/client';
import { SCALE_MANAGER } from '../field-manager';
import { workloadOf } from '../run/one-off-pod';

type Object = DeepReadonly<KubeObject>;

/** How many copies of a process are wanted. */
export interface WantedScale {
  readonly process: string;
  readonly replicas: number;
}

export interface ScaleStep {
  readonly kind: 'Deployment' | 'StatefulSet';
  readonly workload: Object;
  readonly before: number;
  readonly replicas: number;
}

/** Reads `web=3`. Throws with the word when it is something else, or when a process is named twice. Pure. */
export function parseScales(words: readonly string[]): readonly WantedScale[] {
  const wanted = words.map((word) => {
    const [, process = '', digits = ''] = /^([^=]+)=(\d{1,6})$/.exec(word) ?? [];
    if (!process) throw new Error(`"${word}" does not say how many copies of which process; write for example web=3`);
    return { process, replicas: Number(digits) };
  });
  const twice = wanted.find(({ process }, index) => wanted.findIndex((other) => other.process === process) !== index);
  if (twice) throw new Error(`${twice.process} is named twice; say one number for it`);
  return wanted;
}

/** What is to be written, all or nothing. Throws where a number belongs to an autoscaler, or the process has none. Pure. */
export function planScale(wanted: readonly WantedScale[], { workloads, autoscalers, application }: {
  readonly workloads: readonly Object[]; readonly autoscalers: readonly DeepReadonly<HorizontalPodAutoscaler>[]; readonly application: string;
}): readonly ScaleStep[] {
  return wanted.map(({ process, replicas }) => {
    const workload = workloadOf(workloads, process, application);
    const { kind, metadata: { name, namespace } } = workload;
    if (kind !== 'Deployment' && kind !== 'StatefulSet') throw new Error(`${process} is a ${kind}, which has no number of copies${kind === 'DaemonSet' ? ': one runs on each node' : ''}`);
    const autoscaler = autoscalers.find(({ metadata, spec: { scaleTargetRef } }) => metadata.namespace === namespace && scaleTargetRef.kind === kind && scaleTargetRef.name === name);
    if (autoscaler) throw new Error(explainAutoscaler(process, autoscaler));
    return { kind, workload, before: (workload as Object & { readonly spec: { readonly replicas?: number } }).spec.replicas ?? 1, replicas };
  });
}

function explainAutoscaler(process: string, { metadata: { name }, spec: { minReplicas = 1, maxReplicas } }: DeepReadonly<HorizontalPodAutoscaler>): string {
  return `the number of ${process} belongs to the autoscaler ${name}, which keeps it between ${minReplicas} and ${maxReplicas} and would undo another one; ` +
    'nothing was changed: change its range in the program, Scale.between(minimum, maximum), or take the autoscaler away with Scale.fixed(n), and apply';
}

/** Sets the number by the scale subresource, as an owner of its own. */
export async function scaleOne(client: Client, { kind, workload: { metadata: { namespace, name = '' } }, replicas }: ScaleStep): Promise<void> {
  await client.patch(kind, { namespace, name }, { spec: { replicas } }, { type: 'merge', subresource: 'scale', fieldManager: SCALE_MANAGER });
}
