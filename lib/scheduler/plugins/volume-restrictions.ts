import type { DeepReadonly } from '../../base/deep-readonly';
import type { Pod } from '../../api/types';
import type { Plugin } from '../plugin';

/** A claim with the access mode ReadWriteOncePod is for one pod in the whole cluster. */
export const volumeRestrictions: Plugin = {
  name: 'VolumeRestrictions',
  retryOn: ['PodDeleted', 'NodeAdded', 'StorageChanged'],
  prepare(pod, { state, lister }) {
    const { namespace } = pod.metadata;
    const names = claimsOf(pod);
    if (names.length === 0) return undefined;
    const single = names.filter((name) => lister.tryGet('PersistentVolumeClaim', `${namespace}/${name}`)?.spec.accessModes?.includes('ReadWriteOncePod'));
    const users = single.map((name) => state.counts.ask(`claim ${namespace}/${name}`, (other) => other.metadata.namespace === namespace && claimsOf(other).includes(name)));
    if (!users.some(({ size }) => size > 0)) return undefined;
    return { filter: () => ({ reasons: ['node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode'] }) };
  },
};

const claimsOf = ({ spec: { volumes = [] } }: DeepReadonly<Pod>) => volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
