import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../../api/types';
import { namespaceOf } from '../kubelet-context';
import { tryGetFresh } from '../try-get-fresh';
import { removeDirectory, replaceDirectoryAtomically, type VolumeFile } from './atomic-directory';
import { ownedFiles } from './file-owner';
import { decodeBase64, keyFiles } from './key-files';
import type { VolumeContext, VolumePlugin } from './volume-plugin';

/** A Secret as files, swapped as a whole when it changes. Follows pkg/volume/secret of Kubernetes 1.28. */
export const secretVolume: VolumePlugin<'secret'> = {
  source: 'secret',
  live: true,

  async setUp({ secretName, items, optional, defaultMode = 0o644 }, context) {
    const { files, owner } = ownedFiles(context.pod, await secretFiles({ name: secretName, items, optional }, defaultMode, context));
    await replaceDirectoryAtomically(context.directory, files, owner);
    return { hostPath: context.directory, readOnly: true };
  },

  tearDown: removeDirectory,
};

export async function secretFiles({ name = '', items, optional }: DeepReadonly<core.SecretProjection>, mode: number, context: VolumeContext): Promise<VolumeFile[]> {
  const secret = await tryGetFresh(context, 'Secret', { namespace: namespaceOf(context.pod), name });
  if (!secret && !optional) throw new Error(`secret "${name}" not found`);
  return keyFiles(decodeBase64(secret?.data), { items, optional, mode, what: 'secret' });
}
