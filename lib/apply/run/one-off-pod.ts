import type { DeepReadonly } from '../../base/deep-readonly';
import { APP_LABEL, MANAGED_BY_LABEL } from '../../api/label-keys';
import type { Container, KubeObject, Pod } from '../../api/types';
import { processName } from '../application';
import { tryPodTemplate } from '../pod-template';

/** Label on the pods of `twelve run`, with the process they stand for. */
export const RUN_LABEL = 'twelve-factor.dev/run';

export interface OneOffOptions {
  readonly application: string;
  /** At the end of the pod's name: 5 of a-z and 0-9. */
  readonly suffix: string;
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
}

/**
 * A pod that runs a command as a process of the application would (factor XII): its image, variables, files and rights. It is nobody else's: it has none of the labels by which Services and controllers find pods,
 * no ports, no probes and no sidecars, and it is not started again. Pure.
 */
export function oneOffPod(workload: DeepReadonly<KubeObject>, { application, suffix, command, stdin, tty }: OneOffOptions): Pod {
  const process = processName(workload);
  const spec = tryPodTemplate(workload)?.spec;
  const container = spec?.containers.find(({ name }) => name === process) ?? spec?.containers[0];
  if (!spec || !container) throw new Error(`${workload.kind} ${workload.metadata.name} has no container to run something in`);
  const { ports: _p, livenessProbe: _l, readinessProbe: _r, startupProbe: _s, lifecycle: _c, args: _a, ...kept } = container;
  const { topologySpreadConstraints: _t, initContainers = [], terminationGracePeriodSeconds: _g, ...rest } = spec;
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: {
      name: `${(workload.metadata.name ?? process).slice(0, 52)}-run-${suffix}`, namespace: workload.metadata.namespace,
      labels: { [APP_LABEL]: application, [RUN_LABEL]: process.slice(0, 63), [MANAGED_BY_LABEL]: 'twelve' },
    },
    spec: {
      ...rest, restartPolicy: 'Never', terminationGracePeriodSeconds: 5,
      ...(initContainers.length > 0 && { initContainers: initContainers.filter(({ restartPolicy }) => restartPolicy !== 'Always') }),
      containers: [{ ...kept, command: [...command], stdin, stdinOnce: stdin, tty } as Container],
    } as Pod['spec'],
  };
}

/** The workload of a process. Throws when the application has none of that name, and says which it has. Pure. */
export function workloadOf(workloads: readonly DeepReadonly<KubeObject>[], process: string, application: string): DeepReadonly<KubeObject> {
  const candidates = workloads.filter((workload) => !workload.metadata.ownerReferences?.length && tryPodTemplate(workload) !== undefined);
  const found = candidates.find((workload) => processName(workload) === process) ?? candidates.find(({ metadata }) => metadata.name === process);
  if (found) return found;
  const names = [...new Set(candidates.map(processName))].sort().join(', ');
  throw new Error(`${application} has no process "${process}"; ${names ? `it has: ${names}` : 'nothing of it is there; the applications are listed by: twelve status'}`);
}
