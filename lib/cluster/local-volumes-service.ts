import { rm } from 'node:fs/promises';
import * as path from 'node:path';
import type { DeepReadonly } from '../base/deep-readonly';
import type { PersistentVolume } from '../api/types';
import { LOCAL_VOLUME_FINALIZER, nodeOfVolume } from '../api/volume-binding';
import type { NodeService, NodeServiceContext } from './node-services';

const RETRY = 10_000;

/** Removes the directories of local volumes of this node that are deleted; their objects wait for it, also while the node is away. */
export const localVolumesService: NodeService = {
  name: 'local-volumes',

  async start(context, signal) {
    const { client, informers, events } = context.as('system:local-volumes');
    const remove = async (volume: DeepReadonly<PersistentVolume>): Promise<void> => {
      const { name = '', finalizers = [], resourceVersion } = volume.metadata;
      try {
        await rm(directoryOf(volume, context), { recursive: true, force: true });
        await client.patch('PersistentVolume', { name }, { metadata: { resourceVersion, finalizers: finalizers.filter((finalizer) => finalizer !== LOCAL_VOLUME_FINALIZER) } }, { type: 'merge' });
      } catch (error) {
        events.event(volume, 'Warning', 'VolumeFailedDelete', error instanceof Error ? error.message : String(error));
        context.clock.setTimer(RETRY, () => {
          const current = informers.lister.tryGet('PersistentVolume', name);
          if (current && !signal.aborted) look(current);
        });
      }
    };
    const look = (volume: DeepReadonly<PersistentVolume>) => {
      const { deletionTimestamp, finalizers } = volume.metadata;
      if (deletionTimestamp && finalizers?.includes(LOCAL_VOLUME_FINALIZER) && nodeOfVolume(volume) === context.nodeName) void remove(volume);
    };
    informers.onChange('PersistentVolume', ({ type, object }) => { if (type !== 'deleted') look(object); });
    await informers.start(signal);
  },
};

/** Throws for a path that is not a volume of this node: an object that somebody wrote must not empty a directory of the host. Pure. */
export function directoryOf({ metadata, spec }: DeepReadonly<PersistentVolume>, { volumesDirectory }: Pick<NodeServiceContext, 'volumesDirectory'>): string {
  const directory = spec.hostPath?.path ?? '';
  const relative = path.relative(volumesDirectory, path.resolve(directory));
  if (!relative || relative.startsWith('..') || path.isAbsolute(relative)) throw new Error(`${directory} of ${metadata.name} is not a volume of this node (${volumesDirectory}); it is left alone`);
  return path.join(volumesDirectory, relative);
}
