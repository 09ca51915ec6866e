import { RELEASE_LABEL } from '../../api/label-keys';
import type { KubeObject } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import { readinessOf } from '../readiness/index';
import { currentRelease } from './release-store';
import { type Release, withoutSecretValues } from './release';

export type ReleaseDecision =
  /** What runs is what is wanted. */
  | { readonly kind: 'none'; readonly current: Release | undefined }
  /** The last apply of the same did not come to its end: go on with it. */
  | { readonly kind: 'finish'; readonly release: Release }
  | { readonly kind: 'new'; readonly number: number };

/** Which release an apply is. Pure. @param changes objects to write or to remove */
export function decideRelease(releases: readonly Release[], wanted: readonly KubeObject[], changes: number): ReleaseDecision {
  const last = releases.at(-1);
  const current = currentRelease(releases);
  if (last && last.status !== 'deployed' && isSame(last, wanted)) return { kind: 'finish', release: last };
  const same = current !== undefined && isSame(current, wanted);
  if (changes === 0 && same) return { kind: 'none', current };
  return { kind: 'new', number: (last?.number ?? 0) + 1 };
}

/**
 * Says which release tasks run: all of them once for something new, those that are not done yet for an apply that goes on, none where only the cluster has drifted. Pure.
 * @returns asked with the task's Job as it is in the cluster
 */
export function tasksToRun(releases: readonly Release[], wanted: readonly KubeObject[]): (live: DeepReadonly<KubeObject> | undefined) => boolean {
  const last = releases.at(-1);
  if (!last || !isSame(last, wanted)) return () => true;
  if (last.status === 'deployed') return () => false;
  return (live) => live?.metadata.labels?.[RELEASE_LABEL] !== String(last.number) || !readinessOf(live).successful;
}

function isSame({ objects }: Release, wanted: readonly KubeObject[]): boolean {
  return objects !== undefined && JSON.stringify(objects) === JSON.stringify(wanted.map(withoutSecretValues));
}
