import { RELEASE_LABEL } from '../../api/label-keys';
import type { Job, KubeObject } from '../../api/types';
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

/** `running`: for an apply that was interrupted; it is waited for and not begun again. */
export type TaskState = 'due' | 'running' | 'done';

/**
 * Says whether a release task is to run: when the release that runs has no task of that name with the same specification, unless the last apply has come so far already. Pure.
 * @returns asked with the task's Job as it is wanted and as it is in the cluster
 */
export function taskStates(releases: readonly Release[]): (task: KubeObject, live: DeepReadonly<KubeObject> | undefined) => TaskState {
  const last = releases.at(-1);
  const current = currentRelease(releases);
  return (task, live) => {
    if (hasTask(current, task)) return 'done';
    if (!last || !hasTask(last, task) || live?.metadata.deletionTimestamp || live?.metadata.labels?.[RELEASE_LABEL] !== String(last.number)) return 'due';
    const { done, successful } = readinessOf(live);
    return !done ? 'running' : successful ? 'done' : 'due';
  };
}

function hasTask(release: Release | undefined, task: KubeObject): boolean {
  const known = release?.objects?.find(({ kind, metadata }) => kind === task.kind && metadata.name === task.metadata.name && metadata.namespace === task.metadata.namespace);
  return known !== undefined && JSON.stringify((known as Job).spec) === JSON.stringify((task as Job).spec);
}

function isSame({ objects }: Release, wanted: readonly KubeObject[]): boolean {
  return objects !== undefined && JSON.stringify(objects) === JSON.stringify(wanted.map(withoutSecretValues));
}
