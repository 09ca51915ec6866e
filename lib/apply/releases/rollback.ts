import { SECRET_VALUES_ANNOTATION } from '../../api/label-keys';
import type { KubeObject, Secret } from '../../api/types';
import { apply, type ApplyOptions } from '../apply';
import { RolledBackError } from '../apply-error';
import type { Manifest } from '../load/manifest';
import { hasOwnValues, type Release } from './release';
import { currentRelease, ReleaseStore } from './release-store';

/** The release to go back to: the one that is asked for, or the last one that ran before the one that runs. Throws when there is none. Pure. */
export function rollbackTarget(releases: readonly Release[], wanted: number | undefined): Release {
  const running = currentRelease(releases);
  const there = releases.filter(({ objects }) => objects !== undefined);
  const numbers = there.map(({ number }) => number).join(', ');
  const target = wanted === undefined ? there.findLast(({ status, number, rollbackTo }) => status === 'deployed' && number < (running?.rollbackTo ?? running?.number ?? 0) && rollbackTo === undefined) : there.find(({ number }) => number === wanted);
  if (target) return target;
  if (wanted === undefined) throw new Error(`there is no release before the one that runs${numbers ? `; kept are: ${numbers}` : ''}`);
  throw new Error(`release ${wanted} is not kept; ${numbers ? `kept are: ${numbers}` : 'none is'}`);
}

export interface RollbackOptions extends Omit<ApplyOptions, 'manifests' | 'releases' | 'images'> {
  readonly by: string;
}

/** Applies what a release was, all of it, as a new release. Values of Secrets stay as they are in the cluster. Release tasks do not run: nobody knows whether they can be undone. */
export async function rollBack(target: Release, options: RollbackOptions): Promise<void> {
  const manifests = await Promise.all((target.objects ?? []).map(async (object): Promise<Manifest> => ({ object: await withValues(object, options), source: `release ${target.number}` })));
  await apply({
    ...options, manifests, force: true, releases: { by: options.by, ...(target.revision && { revision: target.revision }), rollbackTo: target.number },
    secrets: { ...options.secrets, keepExisting: true },
  });
}

/** A Secret that is written with its values is kept without them. */
async function withValues(object: KubeObject, { client }: RollbackOptions): Promise<KubeObject> {
  if (!hasOwnValues(object)) return object;
  const { namespace, name = '' } = object.metadata;
  const live = await client.tryGet('Secret', { namespace, name });
  if (!live) throw new Error(`the Secret ${name} is gone, and releases do not keep values; apply the program of that release instead, or let the value come from somewhere (annotation ${SECRET_VALUES_ANNOTATION})`);
  return { ...object, data: { ...live.data } } as Secret;
}

/** As apply; when it fails after something was changed, what ran before is brought back, and RolledBackError (exit code 3) says why. */
export async function applyOrRollBack(options: ApplyOptions, namespace: string): Promise<void> {
  const { client, application, releases, signal, onEvent } = options;
  const store = new ReleaseStore(client, application, namespace);
  const before = await store.list();
  try {
    await apply(options);
  } catch (error) {
    const target = currentRelease(before);
    const after = await store.list().catch(() => before);
    const wasStarted = after.at(-1)?.status === 'failed' && (after.at(-1)?.number !== before.at(-1)?.number || before.at(-1)?.status !== 'deployed');
    if (!target || !wasStarted || signal.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    onEvent({ stage: 'rollback', to: target.number, reason });
    await rollBack(target, { ...options, approve: undefined, by: releases?.by ?? '' }).catch((failure: unknown) => {
      throw new Error(`the rollback to release ${target.number} failed, too: ${failure instanceof Error ? failure.message : String(failure)}`, { cause: failure });
    });
    throw new RolledBackError(`the release failed, and release ${target.number} runs again`, { cause: error });
  }
}
