import type { ReadonlyPod } from '../kubelet-context';
import type { WaitingReason } from '../waiting-reason';

/** Followed by the container's name; the value is `runtime/default`, `unconfined` or `localhost/<profile>`. */
const ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/';

/** Why the pod cannot have its AppArmor profiles here. Pure. */
export function appArmorProblem(pod: ReadonlyPod, enabled: boolean): WaitingReason | undefined {
  const wanted = Object.entries(pod.metadata.annotations ?? {}).some(([key, profile]) => key.startsWith(ANNOTATION) && profile !== 'unconfined');
  return wanted && !enabled ? { reason: 'AppArmor', message: 'Cannot enforce AppArmor: AppArmor is not enabled on the host' } : undefined;
}

/** The name of the profile as the engine knows it; undefined leaves the engine's own. Pure. */
export function appArmorProfile(pod: ReadonlyPod, container: string): string | undefined {
  const profile = pod.metadata.annotations?.[`${ANNOTATION}${container}`];
  return profile === 'unconfined' ? profile : profile?.startsWith('localhost/') ? profile.slice('localhost/'.length) : undefined;
}
