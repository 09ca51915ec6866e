import { controllerOf } from '../../api/object-key';
import { tryPodCondition } from '../../api/pods';
import type { KubeObject, Pod } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import { processName } from '../application';
import { podProblem } from '../diagnose/pod-problem';
import { selects } from '../diagnose/pods-of';

type Object = DeepReadonly<KubeObject>;

/** A running container. */
export interface ContainerPlace {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface ContainerChoice {
  /** Its name, or the end of it as the logs show it. @default the best one that runs */
  readonly pod?: string;
  /** @default the one of the process, or the only one */
  readonly container?: string;
}

/** The pods of a process. A CronJob's are those of its Jobs, which must be among the workloads. Pure. */
export function podsOfProcess(workload: Object, workloads: readonly Object[], pods: readonly DeepReadonly<Pod>[]): readonly DeepReadonly<Pod>[] {
  if (workload.kind === 'Pod') return pods.filter(({ metadata }) => metadata.name === workload.metadata.name);
  const owners = workload.kind === 'CronJob' ? workloads.filter((job) => controllerOf(job)?.uid === workload.metadata.uid) : [workload];
  return pods.filter(({ metadata }) => metadata.namespace === workload.metadata.namespace && owners.some((owner) => selects(owner, metadata.labels)));
}

/** Where to execute a command: a ready pod before others, a young one before old ones. Throws with the candidates where there is none, or several may be meant. Pure. */
export function chooseContainer(workload: Object, pods: readonly DeepReadonly<Pod>[], choice: ContainerChoice): ContainerPlace {
  const process = processName(workload);
  const pod = choosePod(process, pods, choice.pod);
  const container = chooseContainerOf(pod, process, choice.container);
  return { namespace: pod.metadata.namespace ?? '', pod: pod.metadata.name ?? '', container };
}

function choosePod(process: string, pods: readonly DeepReadonly<Pod>[], wanted: string | undefined): DeepReadonly<Pod> {
  if (wanted !== undefined) {
    const exact = pods.filter(({ metadata }) => metadata.name === wanted);
    const found = exact.length > 0 ? exact : pods.filter(({ metadata }) => metadata.name?.endsWith(`-${wanted}`));
    const [pod] = found;
    if (!pod) throw new Error(`${process} has no pod "${wanted}"; ${describePods(process, pods)}`);
    if (found.length > 1) throw new Error(`several pods of ${process} end with "${wanted}"; ${describePods(process, found)}`);
    if (!isRunning(pod)) throw new Error(`the pod ${pod.metadata.name} does not run: ${stateOf(pod)}`);
    return pod;
  }
  const running = pods.filter(isRunning).sort((a, b) => rank(b) - rank(a) || compare(b.metadata.creationTimestamp, a.metadata.creationTimestamp) || compare(a.metadata.name, b.metadata.name));
  if (running[0]) return running[0];
  throw new Error(`no pod of ${process} runs; ${describePods(process, pods)}; a command in a pod of its own: twelve run ${process} -- …`);
}

const isRunning = ({ status, metadata }: DeepReadonly<Pod>) => status?.phase === 'Running' && !metadata.deletionTimestamp;
const rank = (pod: DeepReadonly<Pod>) => (tryPodCondition(pod, 'Ready')?.status === 'True' ? 1 : 0);
const compare = (a = '', b = '') => (a < b ? -1 : a > b ? 1 : 0);

function describePods(process: string, pods: readonly DeepReadonly<Pod>[]): string {
  if (pods.length === 0) return `${process} has none`;
  return `it has: ${pods.map((pod) => `${pod.metadata.name} (${stateOf(pod)})`).sort().join(', ')}`;
}

function stateOf(pod: DeepReadonly<Pod>): string {
  if (pod.metadata.deletionTimestamp) return 'is ending';
  return podProblem(pod)?.reason ?? pod.status?.phase ?? 'Pending';
}

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

function chooseContainerOf({ metadata, spec, status }: DeepReadonly<Pod>, process: string, wanted: string | undefined): string {
  const own = spec.containers.map(({ name }) => name);
  const sidecars = [...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])].map(({ name }) => name);
  const statuses = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? []), ...(status?.ephemeralContainerStatuses ?? [])];
  const preferred = [metadata.annotations?.[DEFAULT_CONTAINER], process].find((name) => name !== undefined && own.includes(name)) ?? (own.length === 1 ? own[0] : undefined);
  const name = wanted ?? preferred;
  const all = [...own, ...sidecars].join(', ');
  if (name === undefined) throw new Error(`the pod ${metadata.name} has several containers; name one with -c: ${all}`);
  if (![...own, ...sidecars].includes(name)) throw new Error(`the pod ${metadata.name} has no container "${name}"; it has: ${all}`);
  const state = statuses.find((one) => one.name === name)?.state;
  if (state && !state.running) throw new Error(`the container ${name} of pod ${metadata.name} does not run: ${state.waiting?.reason ?? `it has ended with exit code ${state.terminated?.exitCode}`}`);
  return name;
}
