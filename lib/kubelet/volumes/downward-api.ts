import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../../api/types';
import { fieldValue } from '../environment/field-reference';
import { resourceValue } from '../environment/resource-reference';
import { removeDirectory, replaceDirectoryAtomically, type VolumeFile } from './atomic-directory';
import { ownedFiles } from './file-owner';
import type { VolumeContext, VolumePlugin } from './volume-plugin';

/** Fields of the pod as files; labels and annotations follow their changes. Follows pkg/volume/downwardapi of Kubernetes 1.28. */
export const downwardApiVolume: VolumePlugin<'downwardAPI'> = {
  source: 'downwardAPI',
  live: true,

  async setUp({ items = [], defaultMode = 0o644 }, context) {
    const { files, owner } = ownedFiles(context.pod, downwardApiFiles(items, defaultMode, context));
    await replaceDirectoryAtomically(context.directory, files, owner);
    return { hostPath: context.directory, readOnly: true };
  },

  tearDown: removeDirectory,
};

export function downwardApiFiles(items: DeepReadonly<core.DownwardAPIVolumeFile[]>, defaultMode: number, context: VolumeContext): VolumeFile[] {
  return items.map(({ path, mode, fieldRef, resourceFieldRef }) => ({
    path,
    mode: mode ?? defaultMode,
    content: fieldRef
      ? fieldValue(fieldRef.fieldPath, { pod: context.pod, podIp: context.podIp, context })
      : resourceFieldRef ? resourceValue(resourceFieldRef, context.pod, undefined, context.allocatable()) : '',
  }));
}
