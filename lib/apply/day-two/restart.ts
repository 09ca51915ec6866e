import { BACKING_SERVICE_LABEL } from '../../api/label-keys';
import type { KubeObject } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { Client } from '../../client/client';
import { processName } from '../application';
import { RESTART_MANAGER } from '../field-manager';
import { workloadOf } from '../run/one-off-pod';

type Object = DeepReadonly<KubeObject>;

/** On a pod template; the one of `kubectl rollout restart`. */
export const RESTARTED_AT_ANNOTATION = 'kubectl.kubernetes.io/restartedAt';

const ROLLING = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;
type RollingKind = typeof ROLLING[number];

export interface RestartStep {
  readonly kind: RollingKind;
  readonly workload: Object;
}

interface Rolling {
  readonly spec?: { readonly paused?: boolean; readonly updateStrategy?: { readonly type?: string } };
}

/** The processes to restart: those that are named, else all but backing services, whose restart everybody would notice. Throws where one cannot be restarted. Pure. */
export function planRestart(processes: readonly string[], workloads: readonly Object[], application: string): readonly RestartStep[] {
  const named = processes.map((process) => workloadOf(workloads, process, application));
  const all = workloads.filter(({ kind, metadata }) => isRolling(kind) && !metadata.ownerReferences?.length && metadata.labels?.[BACKING_SERVICE_LABEL] === undefined);
  const chosen = [...new Set(processes.length > 0 ? named : all)];
  if (chosen.length === 0) throw new Error(`${application} has no process to restart; the applications are listed by: twelve status`);
  return chosen.map((workload) => {
    const { kind } = workload;
    const { spec } = workload as Object & Rolling;
    const process = processName(workload);
    if (!isRolling(kind)) throw new Error(`${process} is a ${kind}, which runs to its end and is not restarted; run its command again with twelve run`);
    if (spec?.paused) throw new Error(`the rollout of ${process} is paused, so it cannot be restarted; resume it: kubectl rollout resume deployment/${workload.metadata.name}`);
    if (spec?.updateStrategy?.type === 'OnDelete') throw new Error(`the pods of ${process} are replaced only when somebody deletes them (updateStrategy OnDelete); delete them one by one, or change the strategy in the program`);
    return { kind, workload };
  });
}

const isRolling = (kind: string): kind is RollingKind => (ROLLING as readonly string[]).includes(kind);

/** Begins a rollout of the same template. @param at ISO time */
export async function restartOne(client: Client, { kind, workload: { metadata: { namespace, name = '' } } }: RestartStep, at: string): Promise<void> {
  await client.patch(kind, { namespace, name }, { spec: { template: { metadata: { annotations: { [RESTARTED_AT_ANNOTATION]: at } } } } }, { type: 'merge', fieldManager: RESTART_MANAGER });
}
