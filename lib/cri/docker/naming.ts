import type { PodIdentity } from '../cri';

/** Names as dockershim gave them: a human reads in `docker ps` what belongs to which pod, and a second creation of the same thing is a conflict. */
export function containerName(container: string, pod: PodIdentity, attempt: number): string {
  return ['k8s', container, pod.name, pod.namespace, pod.uid, attempt].join('_');
}

export const sandboxName = (pod: PodIdentity, attempt: number) => containerName('POD', pod, attempt);

/** What the pod network knows a sandbox by. */
export const sandboxKey = (pod: Pick<PodIdentity, 'uid'>, attempt: number) => `${pod.uid}_${attempt}`;

export const uidOfSandboxKey = (key: string) => key.slice(0, key.lastIndexOf('_'));
