import type { Profile } from './profile';
import type { k8s } from './kubernetes';

/**
 * What a process may do to its host. `standard` and `small-host` set neither a user nor a read-only root file system, because most published images would not start.
 * `restricted` is the Pod Security Standard of that name.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function containerSecurity(profile: Profile): k8s.SecurityContext {
  if (profile !== 'restricted') return { allowPrivilegeEscalation: false };
  return { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };
}

/** The part that concerns every container of a pod. Volumes belong to the user's group, so that it may write to them. Throws for the superuser under the profile restricted. */
export function podSecurity(what: string, profile: Profile, user: number | undefined): Pick<k8s.PodSpec, 'securityContext'> {
  if (user !== undefined && (!Number.isInteger(user) || user < 0)) throw new Error(`${what}: user ${user} is not a number of a user; write for example user: 1000`);
  if (profile !== 'restricted') return user === undefined ? {} : { securityContext: { runAsUser: user, fsGroup: user } };
  if (user === 0) throw new Error(`${what}: user 0 is the superuser, which the profile restricted excludes; choose another number`);
  return {
    securityContext: {
      runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' },
      ...(user !== undefined && { runAsUser: user, runAsGroup: user, fsGroup: user }),
    },
  };
}
