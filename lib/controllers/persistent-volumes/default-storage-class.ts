import type { DeepReadonly } from '../../base/deep-readonly';
import { isAlreadyExists } from '../../api/status-error';
import type { StorageClass } from '../../api/types';
import type { ControllerContext, Service } from '../controller';
import { LOCAL_PROVISIONER } from './provision';

/** The class a claim gets that names none. */
export const STANDARD_CLASS: DeepReadonly<StorageClass> = {
  apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass',
  metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: LOCAL_PROVISIONER, reclaimPolicy: 'Delete', volumeBindingMode: 'WaitForFirstConsumer', allowVolumeExpansion: true,
};

/** Makes the class `standard` at the start, where local volumes are possible and no class of that name is there. */
export const defaultStorageClass: Service = {
  name: 'default-storage-class-controller',
  start(context) {
    context.informers.onChange('StorageClass', () => undefined);
    return () => void ensure(context);
  },
};

async function ensure({ client, lister, options, logger }: ControllerContext): Promise<void> {
  if (!options.localVolumes || lister.tryGet('StorageClass', 'standard')) return;
  await client.create(STANDARD_CLASS).catch((error: unknown) => {
    if (!isAlreadyExists(error)) logger.error('the default StorageClass could not be made', { error });
  });
}
