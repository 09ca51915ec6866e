import { namespaceOf } from '../kubelet-context';
import { tryGetFresh } from '../try-get-fresh';
import { removeDirectory, replaceDirectoryAtomically, type VolumeFile } from './atomic-directory';
import { ownedFiles } from './file-owner';
import { decodeBase64, keyFiles } from './key-files';
import type { VolumeContext, VolumePlugin, VolumeSource } from './volume-plugin';

/**
 * A ConfigMap as files. A change of the ConfigMap reaches running pods: the directory is swapped as a whole
 * through a symbolic link, so a reader sees the old or the new set of files, never a mixture.
 * Follows pkg/volume/configmap of Kubernetes 1.28.
 */
export const configMapVolume: VolumePlugin<'configMap'> = {
  source: 'configMap',
  live: true,

  async setUp(source, context) {
    const { files, owner } = ownedFiles(context.pod, await configMapFiles(source, source.defaultMode ?? 0o644, context));
    await replaceDirectoryAtomically(context.directory, files, owner);
    return { hostPath: context.directory, readOnly: true };
  },

  tearDown: removeDirectory,
};

export async function configMapFiles({ name = '', items, optional }: VolumeSource<'configMap'>, mode: number, context: VolumeContext): Promise<VolumeFile[]> {
  const configMap = await tryGetFresh(context, 'ConfigMap', { namespace: namespaceOf(context.pod), name });
  if (!configMap && !optional) throw new Error(`configmap "${name}" not found`);
  return keyFiles({ ...decodeBase64(configMap?.binaryData), ...configMap?.data }, { items, optional, mode, what: 'configmap' });
}
