import type { DeepReadonly } from '../base/deep-readonly';
import type { Clock } from '../base/clock';
import type { Logger } from '../base/logger';
import type { Pod, core } from '../api/types';
import type { Client } from '../client/client';
import type { EventRecorder, Lister } from '../client/informers';
import type { ContainerRuntime } from '../cri/cri';
import type { KubeletConfiguration } from './configuration/kubelet-configuration';

/** What the parts of a kubelet share. */
export interface KubeletContext {
  readonly client: Client;
  readonly lister: Lister;
  readonly events: EventRecorder;
  readonly cri: ContainerRuntime;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly nodeName: string;
  readonly nodeAddress: string;
  /** Volumes, hosts files and termination messages of pods live under `pods/<uid>` of it. */
  readonly dataDirectory: string;
  /** `/var/log`, where `pods/` and `containers/` get their links; undefined for none. */
  readonly logDirectory: string | undefined;
  readonly configuration: KubeletConfiguration;
  /** Where the host's own files are: '' when this process sees them as they are, `/host` in a container. */
  readonly hostRoot: string;
  readonly clusterDns: string;
  readonly clusterDomain: string;
  /** What pods may use of the node: the default of limits seen by the downward API. */
  readonly allocatable: () => Readonly<Record<string, string>>;
}

export type ReadonlyPod = DeepReadonly<Pod>;
export type ReadonlyContainer = DeepReadonly<core.Container>;

export const uidOf = (pod: ReadonlyPod) => pod.metadata.uid ?? '';
export const nameOf = (pod: ReadonlyPod) => pod.metadata.name ?? '';
export const namespaceOf = (pod: ReadonlyPod) => pod.metadata.namespace ?? 'default';
/** As upstream writes a pod in messages: `web-0_shop(uid)`. */
export const formatPod = (pod: ReadonlyPod) => `${nameOf(pod)}_${namespaceOf(pod)}(${uidOf(pod)})`;

export function podIdentityOf(pod: ReadonlyPod) {
  return { uid: uidOf(pod), name: nameOf(pod), namespace: namespaceOf(pod) };
}

/** The object of an Event about one container of the pod. */
export function containerReference(pod: ReadonlyPod, container: string, list: 'containers' | 'initContainers' | 'ephemeralContainers' = listOf(pod, container)) {
  return { apiVersion: 'v1', kind: 'Pod', metadata: pod.metadata, fieldPath: `spec.${list}{${container}}` };
}

function listOf(pod: ReadonlyPod, container: string) {
  if (pod.spec.initContainers?.some(({ name }) => name === container)) return 'initContainers';
  return pod.spec.ephemeralContainers?.some(({ name }) => name === container) ? 'ephemeralContainers' : 'containers';
}

export function podReference(pod: ReadonlyPod) {
  return { apiVersion: 'v1', kind: 'Pod', metadata: pod.metadata };
}
