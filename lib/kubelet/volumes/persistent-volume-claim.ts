import { chmod, chown, readdir, stat } from 'node:fs/promises';
import * as path from 'node:path';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { PersistentVolumeClaim } from '../../api/types';
import { ephemeralClaimName, isEphemeralClaimOf } from '../../api/volume-binding';
import { namespaceOf, type ReadonlyPod } from '../kubelet-context';
import { ensureHostPath } from './host-path';
import type { MountedVolume } from '../volume-mounts';
import type { VolumeContext, VolumePlugin } from './volume-plugin';

/** The volume that a claim is bound to, where that is a path of this node (hostPath, local). What is in it outlives the pod. */
export const persistentVolumeClaimVolume: VolumePlugin<'persistentVolumeClaim'> = {
  source: 'persistentVolumeClaim',
  live: false,

  setUp: ({ claimName, readOnly = false }, context) => mountClaim(claimName, readOnly, context, () => undefined),
  tearDown: () => Promise.resolve(),
};

/** A generic ephemeral volume: the claim that was made for this pod, and goes with it. */
export const ephemeralVolume: VolumePlugin<'ephemeral'> = {
  source: 'ephemeral',
  live: false,

  setUp(_source, context) {
    const { pod, name } = context;
    const claimName = ephemeralClaimName(pod, { name });
    return mountClaim(claimName, false, context, (claim) => {
      if (!isEphemeralClaimOf(claim, pod)) throw new Error(`PVC ${namespaceOf(pod)}/${claimName} was not created for pod ${namespaceOf(pod)}/${pod.metadata.name} (pod is not owner)`);
    });
  },
  tearDown: () => Promise.resolve(),
};

async function mountClaim(claimName: string, readOnly: boolean, context: VolumeContext, check: (claim: DeepReadonly<PersistentVolumeClaim>) => void): Promise<MountedVolume> {
  const { pod, client, hostRoot } = context;
  const reference = { namespace: namespaceOf(pod), name: claimName };
  const claim = await client.tryGet('PersistentVolumeClaim', reference);
  if (!claim) throw new Error(`persistentvolumeclaim "${claimName}" not found`);
  check(claim);
  const { volumeName } = claim.spec;
  if (!volumeName || claim.status?.phase !== 'Bound') throw new Error(`PVC ${reference.namespace}/${claimName} has not been bound yet`);
  const volume = await client.tryGet('PersistentVolume', { name: volumeName });
  if (!volume) throw new Error(`persistentvolume "${volumeName}" not found`);

  const source = volume.spec.hostPath ?? volume.spec.local;
  if (!source) throw new Error(`PersistentVolume "${volumeName}" is neither hostPath nor local: this node cannot mount it`);
  await ensureHostPath(source.path, volume.spec.hostPath?.type ?? (volume.spec.local ? 'Directory' : ''), hostRoot);
  await applyGroup(`${hostRoot}${source.path}`, pod);
  return { hostPath: source.path, hostRoot, readOnly: readOnly || (volume.spec.accessModes ?? []).every((mode) => mode === 'ReadOnlyMany') };
}

/** fsGroup owns the volume; a tree whose top is right already is not walked again when the policy says so. */
async function applyGroup(directory: string, { spec }: ReadonlyPod): Promise<void> {
  const { fsGroup, fsGroupChangePolicy } = spec.securityContext ?? {};
  if (fsGroup === undefined) return;
  const top = await stat(directory);
  if (fsGroupChangePolicy === 'OnRootMismatch' && top.gid === fsGroup && (top.mode & 0o2070) === 0o2070) return;
  await setGroup(directory, fsGroup);
}

async function setGroup(entry: string, group: number): Promise<void> {
  const info = await stat(entry).catch(() => undefined);
  if (!info) return;
  await chown(entry, info.uid, group);
  await chmod(entry, (info.mode & 0o7777) | (info.isDirectory() ? 0o2770 : 0o660));
  if (!info.isDirectory()) return;
  for (const child of await readdir(entry, { withFileTypes: true })) if (!child.isSymbolicLink()) await setGroup(path.join(entry, child.name), group);
}
