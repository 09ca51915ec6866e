import type { ReadonlyPod } from '../kubelet-context';
import type { FileOwner, VolumeFile } from './atomic-directory';

/** With fsGroup the group may read what the owner may; as SetVolumeOwnership of pkg/volume does for read-only content. Pure. */
export function ownedFiles({ spec }: ReadonlyPod, files: readonly VolumeFile[]): { readonly files: readonly VolumeFile[]; readonly owner: FileOwner } {
  const group = spec.securityContext?.fsGroup;
  if (group === undefined) return { files, owner: {} };
  return { files: files.map((file) => ({ ...file, mode: file.mode | 0o440 })), owner: { group } };
}
