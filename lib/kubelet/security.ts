import * as path from 'node:path';
import type { DeepReadonly } from '../base/deep-readonly';
import type { core } from '../api/types';
import type { ContainerSecurity, RuntimeImage, SeccompProfile } from '../cri/cri';
import { appArmorProfile } from './admission/app-armor';
import { formatPod, type ReadonlyContainer, type ReadonlyPod } from './kubelet-context';

/** Pod and container settings merged, the container's winning. Throws where the pod may not run as what the image says. Pure. @param seccompDirectory where profiles of type Localhost are */
export function containerSecurity(pod: ReadonlyPod, container: ReadonlyContainer, image: Pick<RuntimeImage, 'user'>, seccompDirectory: string): ContainerSecurity {
  const ofPod = pod.spec.securityContext ?? {};
  const own = container.securityContext ?? {};
  const runAsUser = own.runAsUser ?? ofPod.runAsUser;
  const runAsGroup = own.runAsGroup ?? ofPod.runAsGroup;
  if (own.runAsNonRoot ?? ofPod.runAsNonRoot) verifyNonRoot(pod, container, runAsUser, image.user);

  const user = runAsUser === undefined ? (image.user || '0').split(':')[0] : String(runAsUser);
  const appArmor = appArmorProfile(pod, container.name);
  const groups = [...(ofPod.supplementalGroups ?? []), ...(ofPod.fsGroup === undefined ? [] : [ofPod.fsGroup])];
  return {
    ...(runAsGroup !== undefined ? { user: `${user}:${runAsGroup}` } : runAsUser !== undefined && { user }),
    supplementalGroups: groups,
    privileged: own.privileged ?? false,
    readOnlyRootFilesystem: own.readOnlyRootFilesystem ?? false,
    noNewPrivileges: own.allowPrivilegeEscalation === false,
    addCapabilities: [...(own.capabilities?.add ?? [])],
    dropCapabilities: [...(own.capabilities?.drop ?? [])],
    seccomp: seccompProfile(own.seccompProfile ?? ofPod.seccompProfile, seccompDirectory),
    ...(appArmor && { appArmorProfile: appArmor }),
  };
}

/** Without a profile the engine's own applies: a node with `seccompDefault`, in upstream's words. */
function seccompProfile(profile: DeepReadonly<core.SeccompProfile> | undefined, directory: string): SeccompProfile {
  if (profile?.type === 'Localhost') return { type: 'Localhost', path: path.join(directory, profile.localhostProfile ?? '') };
  return { type: profile?.type === 'Unconfined' ? 'Unconfined' : 'RuntimeDefault' };
}

function verifyNonRoot(pod: ReadonlyPod, container: ReadonlyContainer, runAsUser: number | undefined, imageUser: string): void {
  const where = `(pod: "${formatPod(pod)}", container: ${container.name})`;
  if (runAsUser !== undefined) {
    if (runAsUser === 0) throw new Error(`container's runAsUser breaks non-root policy ${where}`);
    return;
  }
  const name = imageUser.split(':')[0];
  if (name === '' || name === '0') throw new Error(`container has runAsNonRoot and image will run as root ${where}`);
  if (!/^\d+$/.test(name)) throw new Error(`container has runAsNonRoot and image has non-numeric user (${name}), cannot verify user is non-root ${where}`);
}
