import { nameOf, type ReadonlyPod } from './kubelet-context';

/** What `hostname` prints in the pod: at most 63 characters, never ending in `-` or `.`. */
export function hostnameOf(pod: ReadonlyPod): string {
  return (pod.spec.hostname || nameOf(pod)).slice(0, 63).replace(/[-.]+$/, '');
}
