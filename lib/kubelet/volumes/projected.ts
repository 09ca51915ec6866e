import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../../api/types';
import { removeDirectory, replaceDirectoryAtomically, type VolumeFile } from './atomic-directory';
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
  if (token) return [{ path: token.path, mode: tokenMode(mode, context), content: await serviceAccountToken(token, context) }];
  return [];
}

/** A token is nobody's business but the owner's, unless a non-root user without fsGroup has to read it. */
function tokenMode(mode: number, { pod }: VolumeContext): number {
  return pod.spec.securityContext?.fsGroup === undefined ? mode : 0o600;
}
