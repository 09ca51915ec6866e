import type { DeepReadonly } from '../../base/deep-readonly';
import type { PersistentVolume } from '../../api/types';
import type { Plugin } from '../plugin';

const KEYS = ['failure-domain.beta.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];
const TODAY: Readonly<Record<string, string>> = { 'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region' };

/** A volume that is labelled with zones is used in these only. Nodes without any zone are not restricted. */
export const volumeZone: Plugin = {
  name: 'VolumeZone',
  retryOn: ['StorageChanged', 'NodeAdded', 'NodeChanged'],
  prepare(pod, { lister }) {
    const zones = (pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => {
      const claim = persistentVolumeClaim && lister.tryGet('PersistentVolumeClaim', `${pod.metadata.namespace}/${persistentVolumeClaim.claimName}`);
      const volume = claim?.spec.volumeName ? lister.tryGet('PersistentVolume', claim.spec.volumeName) : undefined;
      return volume ? zonesOf(volume) : [];
    });
    if (zones.length === 0) return undefined;
    return {
      filter({ node }) {
        const labels = node?.metadata.labels ?? {};
        if (!KEYS.some((key) => key in labels)) return undefined;
        const fits = zones.every(({ key, values }) => values.includes(labels[key] ?? labels[TODAY[key] ?? ''] ?? ''));
        return fits ? undefined : { reasons: ['node(s) had no available volume zone'], unresolvable: true };
      },
    };
  },
};

/** A label may name several: `a__b`. */
function zonesOf({ metadata: { labels = {} } }: DeepReadonly<PersistentVolume>) {
  return KEYS.filter((key) => key in labels).map((key) => ({ key, values: labels[key].split('__').map((value) => value.trim()) }));
}
