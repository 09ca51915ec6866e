import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../../api/types';
import { removeDirectory, replaceDirectoryAtomically, type VolumeFile } from './atomic-directory';
import type { ReadonlyPod } from '../kubelet-context';
import { configMapFiles } from './config-map';
import { downwardApiFiles } from './downward-api';
import { ownedFiles } from './file-owner';
import { secretFiles } from './secret';
import { serviceAccountToken, tokenRefreshTime } from './service-account-token';
import type { VolumeContext, VolumePlugin } from './volume-plugin';

/** Several sources in one directory, the pod's service-account token among them. Follows pkg/volume/projected of Kubernetes 1.28. */
export const projectedVolume: VolumePlugin<'projected'> = {
  source: 'projected',
  live: true,

  async setUp({ sources = [], defaultMode = 0o644 }, context) {
    const projected = (await Promise.all(sources.map((source) => sourceFiles(source, defaultMode, context)))).flat();
    const { files, owner } = ownedFiles(context.pod, projected);
    await replaceDirectoryAtomically(context.directory, files, owner);
    return { hostPath: context.directory, readOnly: true };
  },

  tearDown: removeDirectory,

  async refreshAt({ sources = [] }, context) {
    const times = await Promise.all(sources.map(({ serviceAccountToken: token }) => (token ? tokenRefreshTime(token, context) : undefined)));
    const known = times.filter((time) => time !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  },
};

async function sourceFiles(source: DeepReadonly<core.VolumeProjection>, mode: number, context: VolumeContext): Promise<VolumeFile[]> {
  const { configMap, secret, downwardAPI, serviceAccountToken: token } = source;
  if (configMap) return configMapFiles(configMap, mode, context);
  if (secret) return secretFiles(secret, mode, context);
  if (downwardAPI) return downwardApiFiles(downwardAPI.items ?? [], mode, context);
  if (token) return [{ path: token.path, ...tokenAccess(mode, context.pod), content: await serviceAccountToken(token, context) }];
  return [];
}

/** A token is for its owner alone where that is known: the user that all containers run as, or the group of the volumes. */
function tokenAccess(mode: number, { spec }: ReadonlyPod): Pick<VolumeFile, 'mode' | 'user'> {
  const users = new Set([...spec.containers, ...spec.initContainers ?? []].map(({ securityContext }) => securityContext?.runAsUser ?? spec.securityContext?.runAsUser));
  const [user] = users.size === 1 ? users : [];
  if (user === undefined) return { mode: spec.securityContext?.fsGroup === undefined ? mode : 0o600 };
  return { mode: 0o600, user };
}
