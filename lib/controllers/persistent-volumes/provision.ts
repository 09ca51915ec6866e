import type { DeepReadonly } from '../../base/deep-readonly';
import { keyOf } from '../../api/object-key';
import { isAlreadyExists } from '../../api/status-error';
import type { Node, PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../api/types';
import { LOCAL_VOLUME_FINALIZER, SELECTED_NODE, VOLUMES_ANNOTATION } from '../../api/volume-binding';
import type { Lister } from '../../client/informers';
import type { ControllerContext } from '../controller';

/** Name of our own provisioner in StorageClasses: a directory on the node where the first pod runs. */
export const LOCAL_PROVISIONER = 'twelve.dev/local';
export const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';
const HOSTNAME = 'kubernetes.io/hostname';

type Claim = DeepReadonly<PersistentVolumeClaim>;

/** What it takes to make a volume: a controller has it, and a node of another cluster. */
export type ProvisionContext = Pick<ControllerContext, 'client' | 'events'> & { readonly lister: Pick<Lister, 'tryGet' | 'list'>; readonly options: Pick<ControllerContext['options'], 'localVolumes'> };

/** Makes the volume object; the directory is made by the kubelet. The volume is reserved for the claim, and binding follows when the informer shows it. */
export async function provision(claim: Claim, storageClass: DeepReadonly<StorageClass>, { client, lister, events, options }: ProvisionContext): Promise<void> {
  const fail = (message: string) => events.warning(claim, 'ProvisioningFailed', `failed to provision volume with StorageClass "${storageClass.metadata.name}": ${message}`);
  if (!options.localVolumes) return fail('this runtime has no directory for local volumes');
  if (claim.spec.selector) return fail('claim.spec.selector is not supported: a volume that is made for a claim has no labels to select by; remove spec.selector');
  if (storageClass.mountOptions?.length) return fail('mountOptions of the class cannot be used: the volume is a directory of the node and is not mounted');
  const [parameter] = Object.keys(storageClass.parameters ?? {});
  if (parameter) return fail(`parameter "${parameter}" of the class is not known to ${LOCAL_PROVISIONER}, which takes none`);
  const unsupported = (claim.spec.accessModes ?? []).find((mode) => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany');
  if (unsupported) return fail(`${unsupported} is not possible with a directory on one node; use ReadWriteOnce, or a volume of your own`);

  const selected = claim.metadata.annotations?.[SELECTED_NODE];
  const node = selected ? lister.tryGet('Node', selected) : lister.list('Node').find(isUsable);
  if (!node) return fail(selected ? `node "${selected}" not found` : 'no node is ready');

  const volume = newLocalVolume(claim, storageClass, node, options.localVolumes.directory);
  events.normal(claim, 'Provisioning', `External provisioner is provisioning volume for claim "${keyOf(claim)}"`);
  try {
    await client.create(volume);
    events.normal(claim, 'ProvisioningSucceeded', `Successfully provisioned volume ${volume.metadata.name}`);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

const isUsable = ({ status, spec }: DeepReadonly<Node>) => !spec?.unschedulable && status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True');

/** Pure. */
export function newLocalVolume(claim: Claim, { metadata, reclaimPolicy = 'Delete' }: DeepReadonly<StorageClass>, node: DeepReadonly<Node>, directory: string): DeepReadonly<PersistentVolume> {
  const { namespace, name, uid, resourceVersion } = claim.metadata;
  const volumeName = `pvc-${uid}`;
  const hostname = node.metadata.labels?.[HOSTNAME] ?? node.metadata.name ?? '';
  return {
    apiVersion: 'v1', kind: 'PersistentVolume',
    metadata: { name: volumeName, annotations: { [PROVISIONED_BY]: LOCAL_PROVISIONER }, finalizers: ['kubernetes.io/pv-protection', LOCAL_VOLUME_FINALIZER] },
    spec: {
      capacity: { storage: claim.spec.resources?.requests?.['storage'] ?? '0' }, accessModes: claim.spec.accessModes, volumeMode: 'Filesystem',
      storageClassName: metadata.name, persistentVolumeReclaimPolicy: reclaimPolicy,
      hostPath: { path: `${node.metadata.annotations?.[VOLUMES_ANNOTATION] ?? directory}/${volumeName}_${namespace}_${name}`, type: 'DirectoryOrCreate' },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: HOSTNAME, operator: 'In', values: [hostname] }] }] } },
    },
  };
}
