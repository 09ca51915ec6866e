import type { KubeObject } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import { deleteObjects } from '../delete';
import { rollBack, type RollbackOptions } from '../releases/rollback';
import type { Drift } from './find-drift';

/** Brings back the release that runs, and removes what no release knows. When objects have to be written, that is a release of its own, as a rollback is. */
export async function fixDrift({ release, objects, unknown }: Drift, options: RollbackOptions): Promise<void> {
  const { client, clock, signal, timeout, onEvent } = options;
  if (objects.some(({ state }) => state !== 'unknown')) await rollBack(release, { ...options, restores: true });
  if (unknown.length > 0) await deleteObjects({ client, objects: unknown, clock, signal, timeout, onDeleted: (object) => onEvent({ stage: 'prune', ...place(object) }) });
}

const place = ({ kind, metadata: { namespace, name = '' } }: DeepReadonly<KubeObject>) => ({ kind, ...(namespace && { namespace }), name });
