import type { core } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';
import type { CheckedContainer, PodTemplate } from './pod-templates';

/** What a container may do: its own security context where that says something, else its pod's. */
export function securityOf({ spec }: PodTemplate, { container }: CheckedContainer): DeepReadonly<core.SecurityContext> {
  const { runAsNonRoot, runAsUser, runAsGroup, seccompProfile, seLinuxOptions } = spec.securityContext ?? {};
  const own = Object.fromEntries(Object.entries(container.securityContext ?? {}).filter(([, value]) => value !== undefined && value !== null));
  return { runAsNonRoot, runAsUser, runAsGroup, seccompProfile, seLinuxOptions, ...own };
}

/** A capability without the prefix that some people write: `CAP_SYS_ADMIN` is `SYS_ADMIN`. */
export const capability = (name: string) => name.toUpperCase().replace(/^CAP_/, '');
