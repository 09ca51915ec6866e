import type { PodIdentity } from './cri';

/** The labels by which a container belongs to a pod: upstream's names (kubelet and dockershim), so that other tools find their way. */
export const POD_NAME = 'io.kubernetes.pod.name';
export const POD_NAMESPACE = 'io.kubernetes.pod.namespace';
export const POD_UID = 'io.kubernetes.pod.uid';
export const CONTAINER_NAME = 'io.kubernetes.container.name';
/** Beginning of the keys that carry container annotations in upstream: number of restarts, hash of the specification … */
export const CONTAINER_ATTEMPT = 'annotation.io.kubernetes.container.restartCount';
export const CONTAINER_HASH = 'annotation.io.kubernetes.container.hash';
export const TERMINATION_MESSAGE_PATH = 'annotation.io.kubernetes.container.terminationMessagePath';
export const TERMINATION_MESSAGE_POLICY = 'annotation.io.kubernetes.container.terminationMessagePolicy';
export const POD_GRACE_PERIOD = 'annotation.io.kubernetes.pod.terminationGracePeriod';
/** preStop of the container as JSON: what a kubelet needs to end a container whose pod it no longer knows. */
export const PRE_STOP = 'annotation.io.kubernetes.container.preStopHandler';

export function podLabels({ uid, name, namespace }: PodIdentity): Record<string, string> {
  return { [POD_NAME]: name, [POD_NAMESPACE]: namespace, [POD_UID]: uid };
}

export function podIdentity(labels: Readonly<Record<string, string>>): PodIdentity {
  return { uid: labels[POD_UID] ?? '', name: labels[POD_NAME] ?? '', namespace: labels[POD_NAMESPACE] ?? '' };
}
