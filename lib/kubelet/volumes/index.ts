import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../../api/types';
import { configMapVolume } from './config-map';
import { downwardApiVolume } from './downward-api';
import { emptyDirVolume } from './empty-dir';
import { hostPathVolume } from './host-path';
import { ephemeralVolume, persistentVolumeClaimVolume } from './persistent-volume-claim';
import { projectedVolume } from './projected';
import { secretVolume } from './secret';
import type { VolumePlugin } from './volume-plugin';

/** Every kind of volume that a node can give to a pod. */
export const VOLUME_PLUGINS: readonly VolumePlugin[] = [
  configMapVolume,
  downwardApiVolume,
  emptyDirVolume,
  ephemeralVolume,
  hostPathVolume,
  persistentVolumeClaimVolume,
  projectedVolume,
  secretVolume,
] as unknown as readonly VolumePlugin[];

/** The plugin of a volume and what it says to it. A volume without a source is an emptyDir. Throws on a kind that nodes cannot give. */
export function pluginOf(volume: DeepReadonly<core.Volume>): { readonly plugin: VolumePlugin; readonly source: never } {
  const sources = Object.keys(volume).filter((key) => key !== 'name');
  const plugin = VOLUME_PLUGINS.find(({ source }) => sources.includes(source)) ?? (sources.length === 0 ? emptyDirVolume as unknown as VolumePlugin : undefined);
  if (!plugin) throw new Error(`volume "${volume.name}" is of kind ${sources.join(', ')}, which this node cannot mount`);
  return { plugin, source: (volume[plugin.source] ?? {}) as never };
}
