import type { DeepReadonly } from '../../base/deep-readonly';
import { controllerOf } from '../../api/object-key';
import { matchesLabelSelector, matchesLabels } from '../../api/selectors';
import type { Deployment, KubeObject, Labels, LabelSelector, Pod, ReplicaSet } from '../../api/types';

type Object = DeepReadonly<KubeObject>;

/** The pods that belong to the state a workload is to reach: of a Deployment those of its newest ReplicaSet, so that what failed before does not count. None as long as its controller has not seen the last change. */
export function podsOf(workload: Object, pods: readonly DeepReadonly<Pod>[], replicaSets: readonly DeepReadonly<ReplicaSet>[]): readonly DeepReadonly<Pod>[] {
  if (workload.kind === 'Pod') return pods.filter(({ metadata }) => metadata.name === workload.metadata.name);
  const { status, metadata: { generation = 0 } } = workload as Object & { readonly status?: { readonly observedGeneration?: number } };
  if ((status?.observedGeneration ?? generation) < generation) return [];
  const owner = workload.kind === 'Deployment' ? newestReplicaSet(workload as DeepReadonly<Deployment>, replicaSets) : workload;
  if (!owner) return [];
  return pods.filter((pod) => !pod.metadata.deletionTimestamp && controllerOf(pod)?.uid === owner.metadata.uid && selects(workload, pod.metadata.labels));
}

const REVISION = 'deployment.kubernetes.io/revision';

/** The one whose template is the Deployment's: it carries the Deployment's revision, also when that is an older one that was brought back. */
function newestReplicaSet(deployment: DeepReadonly<Deployment>, replicaSets: readonly DeepReadonly<ReplicaSet>[]): DeepReadonly<ReplicaSet> | undefined {
  const revision = (set: DeepReadonly<ReplicaSet>) => Number(set.metadata.annotations?.[REVISION] ?? 0);
  const own = replicaSets.filter((set) => controllerOf(set)?.uid === deployment.metadata.uid);
  const current = deployment.metadata.annotations?.[REVISION];
  return current === undefined ? own.sort((a, b) => revision(b) - revision(a))[0] : own.find((set) => set.metadata.annotations?.[REVISION] === current);
}

/** Whether the workload's selector, of either form, selects the labels. */
export function selects(workload: Object, labels: Labels = {}): boolean {
  const { selector } = (workload as { readonly spec?: { readonly selector?: unknown } }).spec ?? {};
  if (typeof selector !== 'object' || selector === null) return false;
  return 'matchLabels' in selector || 'matchExpressions' in selector ? matchesLabelSelector(selector as DeepReadonly<LabelSelector>, labels) : matchesLabels(selector as Labels, labels);
}
