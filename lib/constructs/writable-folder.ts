import { Size } from 'cdk8s';
import { k8s } from './kubernetes';
import type { PodDraft, PodPart } from './pod-draft';

/** A folder that a process writes to. Text is short for its path. */
export type WritablePath = string | WritableFolderOptions;

export interface WritableFolderOptions {
  /** Absolute path in the container. */
  readonly path: string;
  /** When it is fuller than this the pod is evicted, before it fills its host's disk. @default 256 MiB */
  readonly limit?: Size;
  /** Kept in memory, where it counts for the process's memory. @default false */
  readonly inMemory?: boolean;
}

/** Scratch space: empty when the pod starts, gone with it. */
export class WritableFolder implements PodPart {
  private readonly options: WritableFolderOptions;

  constructor(path: WritablePath) {
    this.options = typeof path === 'string' ? { path } : path;
  }

  /** @internal */
  _addTo(pod: PodDraft): void {
    const { path, limit = Size.mebibytes(256), inMemory } = this.options;
    const emptyDir: k8s.EmptyDirVolumeSource = { sizeLimit: k8s.Quantity.fromString(`${limit.toMebibytes()}Mi`), ...(inMemory && { medium: 'Memory' }) };
    pod.mount({ name: volumeName(path), emptyDir }, { mountPath: path });
  }
}

/** `/var/run/apache2` is `writable-var-run-apache2`. */
export const volumeName = (path: string) => `writable-${path.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')}`.slice(0, 63).replace(/-$/, '');
