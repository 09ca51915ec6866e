import type { DeepReadonly } from '../../base/deep-readonly';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../api/types';
import { classOfClaim, nodeOfVolume, SELECTED_NODE } from '../../api/volume-binding';
import { LOCAL_PROVISIONER, provision, PROVISIONED_BY } from '../../controllers/persistent-volumes/provision';
import type { NodeService } from '../node-services';

const RETRY = 10_000;

/** Makes local volumes for claims whose pod the scheduler has put on this node, and deletes those whose claim is gone. Everything between is done by the cluster's own controllers. */
export const localProvisionerService: NodeService = {
  name: 'local-provisioner',

  async start({ nodeName, volumesDirectory, as, clock, logger }, signal) {
    const { client, informers, events } = as('system:local-volumes');
    const { lister } = informers;
    const context = {
      client, lister, options: { localVolumes: { directory: volumesDirectory } },
      events: { normal: recorder('Normal'), warning: recorder('Warning') },
    };
    function recorder(type: 'Normal' | 'Warning') {
      return (object: Parameters<typeof events.event>[0], reason: string, message: string) => events.event(object, type, reason, message);
    }
    const attempt = (what: string, action: () => Promise<void>, again: () => void) => void action().catch((error: unknown) => {
      logger.warn(`${what} failed; trying again`, { error });
      clock.setTimer(RETRY, () => { if (!signal.aborted) again(); });
    });
    const lookAtClaim = (claim: DeepReadonly<PersistentVolumeClaim>) => {
      const storageClass = lister.tryGet('StorageClass', classOfClaim(claim));
      if (storageClass && isToProvision(claim, storageClass, nodeName)) attempt('making a volume', () => provision(claim, storageClass, context), () => lookAgain(claim));
    };
    const lookAgain = ({ metadata: { namespace, name = '' } }: DeepReadonly<PersistentVolumeClaim>) => {
      const claim = lister.tryGet('PersistentVolumeClaim', { namespace, name });
      if (claim) lookAtClaim(claim);
    };
    const lookAtVolume = (volume: DeepReadonly<PersistentVolume>) => {
      const { name = '', uid } = volume.metadata;
      if (isToDelete(volume, nodeName)) attempt('deleting a volume', async () => void await client.tryDelete('PersistentVolume', { name }, { preconditions: { uid } }), () => lookAtVolume(lister.tryGet('PersistentVolume', name) ?? volume));
    };
    for (const kind of ['StorageClass', 'Node'] as const) informers.onChange(kind, () => undefined);
    await informers.start(signal);
    informers.onChange('PersistentVolumeClaim', ({ type, object }) => { if (type !== 'deleted') lookAtClaim(object); });
    informers.onChange('PersistentVolume', ({ type, object }) => { if (type !== 'deleted') lookAtVolume(object); });
  },
};

/** Whether the claim waits for a volume of this node. Pure. */
export function isToProvision({ metadata, spec }: DeepReadonly<PersistentVolumeClaim>, { provisioner }: DeepReadonly<StorageClass>, nodeName: string): boolean {
  return provisioner === LOCAL_PROVISIONER && !spec.volumeName && !metadata.deletionTimestamp && metadata.annotations?.[SELECTED_NODE] === nodeName;
}

/** Whether the volume is of this node, and nobody wants it any more. Pure. */
export function isToDelete(volume: DeepReadonly<PersistentVolume>, nodeName: string): boolean {
  const { metadata, spec, status } = volume;
  return metadata.annotations?.[PROVISIONED_BY] === LOCAL_PROVISIONER && nodeOfVolume(volume) === nodeName && !metadata.deletionTimestamp
    && status?.phase === 'Released' && spec.persistentVolumeReclaimPolicy === 'Delete';
}
