import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../../api/types';
import type { KubeletContext, ReadonlyPod } from '../kubelet-context';
import type { MountedVolume } from '../volume-mounts';

/** The fields of `spec.volumes[]` that say where a volume comes from. */
export type VolumeSourceName = Exclude<keyof core.Volume, 'name'>;
export type VolumeSource<S extends VolumeSourceName> = DeepReadonly<NonNullable<core.Volume[S]>>;

export interface VolumeContext extends Pick<KubeletContext, 'client' | 'lister' | 'clock' | 'nodeName' | 'nodeAddress' | 'hostRoot' | 'allocatable'> {
  readonly pod: ReadonlyPod;
  /** Name of the volume in the pod. */
  readonly name: string;
  /** The volume's own directory. It need not exist; its parent does. */
  readonly directory: string;
  /** '' as long as it is not known. */
  readonly podIp: string;
}

/** One kind of volume. Both verbs are idempotent, and both cope with what a crash in the middle of the other left. */
export interface VolumePlugin<S extends VolumeSourceName = VolumeSourceName> {
  readonly source: S;
  /** Whether the content follows changes in the API: set up again when an object it shows changes, or after `refreshAfter`. */
  readonly live: boolean;
  /** Brings the volume to what its source says now; resolves with the path to mount. Throws what a person has to fix. */
  setUp(source: VolumeSource<S>, context: VolumeContext): Promise<MountedVolume>;
  /** Leaves nothing behind that the pod alone used. */
  tearDown(directory: string): Promise<void>;
  /** When the content has to be made again though nothing changed, in milliseconds since the epoch (tokens that expire). */
  refreshAt?(source: VolumeSource<S>, context: VolumeContext): Promise<number | undefined>;
}
