import type { StorageClass } from '../../api/types';
import { isForbidden } from '../../api/status-error';
import type { Client } from '../../client/client';
import { LOCAL_PROVISIONER } from '../../controllers/persistent-volumes/provision';

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

/** A class of local volumes, made where there is none of the name; the default one where there is no other. Rejects when the name is of other volumes. */
export async function ensureStorageClass(name: string, client: Client): Promise<void> {
  try {
    const classes = (await client.list('StorageClass')).items;
    const known = classes.find(({ metadata }) => metadata.name === name);
    if (known && known.provisioner !== LOCAL_PROVISIONER) throw new Error(`the StorageClass ${name} of the cluster is of ${known.provisioner}; choose another name with --storage-class <name>`);
    if (known) return;
    const isDefault = !classes.some(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === 'true');
    await client.create<StorageClass>({
      apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name, annotations: { [DEFAULT_CLASS]: String(isDefault) } },
      provisioner: LOCAL_PROVISIONER, reclaimPolicy: 'Delete', volumeBindingMode: 'WaitForFirstConsumer', allowVolumeExpansion: false,
    });
  } catch (error) {
    if (!isForbidden(error)) throw error;
    throw new Error(`the user of the kubeconfig may not make the StorageClass ${name}: ${error.message}; leave --storage-class out, or use an administrator's kubeconfig`, { cause: error });
  }
}
