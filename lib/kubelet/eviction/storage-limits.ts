import { wholeValue } from '../../api/quantity';
import { podQuantities } from '../../api/quota/amounts';
import type { ReadonlyPod } from '../kubelet-context';
import { containerStorageMessage, emptyDirMessage, podStorageMessage } from './messages';

/** What a pod has written, in bytes by name. */
export interface StorageUsage {
  readonly emptyDirs: ReadonlyMap<string, number>;
  /** Writable layer and logs. */
  readonly containers: ReadonlyMap<string, number>;
}

/** Whether the pod has limits of local storage at all: only then it has to be measured. Pure. */
export function hasStorageLimits({ spec }: ReadonlyPod): boolean {
  return (spec.volumes ?? []).some(({ emptyDir }) => emptyDir?.sizeLimit !== undefined) || spec.containers.some(({ resources }) => resources?.limits?.['ephemeral-storage'] !== undefined);
}

/** Why the pod is to end; undefined while it keeps its limits. Pure. Follows localStorageEviction of pkg/kubelet/eviction. */
export function storageProblem({ spec }: ReadonlyPod, { emptyDirs, containers }: StorageUsage): string | undefined {
  for (const { name, emptyDir } of spec.volumes ?? []) {
    const limit = emptyDir?.sizeLimit;
    if (limit !== undefined && wholeValue(limit) > 0 && (emptyDirs.get(name) ?? 0) > wholeValue(limit)) return emptyDirMessage(name, String(limit));
  }
  const memory = new Set((spec.volumes ?? []).filter(({ emptyDir }) => emptyDir?.medium === 'Memory').map(({ name }) => name));
  const total = podQuantities(spec, 'limits')['ephemeral-storage'];
  const used = [...[...emptyDirs].filter(([name]) => !memory.has(name)), ...containers].reduce((sum, [, bytes]) => sum + bytes, 0);
  const limited = spec.containers.every(({ resources }) => resources?.limits?.['ephemeral-storage'] !== undefined);
  if (total !== undefined && limited && used > wholeValue(total)) return podStorageMessage(total);
  for (const { name, resources } of spec.containers) {
    const limit = resources?.limits?.['ephemeral-storage'];
    if (limit !== undefined && (containers.get(name) ?? 0) > wholeValue(limit)) return containerStorageMessage(name, String(limit));
  }
  return undefined;
}
