/** A field that our nodes or controllers would have to ignore, and why; so it is refused by name. */
export interface UnsupportedField {
  /** Kubernetes' name of the object that holds it: `Container`. */
  readonly type: string;
  readonly field: string;
  /** What is missing here, or what to use instead. */
  readonly why: string;
  /** Which values are refused. @default all */
  readonly refuses?: (value: unknown) => boolean;
  /** The refused values in words, where not all are. */
  readonly values?: string;
}

const NO_PLUGIN = 'there is no driver for this kind of storage; use hostPath, emptyDir or a persistentVolumeClaim';
const NO_WINDOWS = 'the nodes run Linux';
const NO_SELINUX = 'the nodes do not use SELinux';
const NO_BLOCKS = 'volumes are folders of the node, not block devices';
const NO_COPIES = 'no driver here makes volumes from snapshots or other volumes; fill the volume with a Job';
const NO_RESIZE = 'containers are not resized in place; Kubernetes 1.28 drops the field where that feature is off';
const NO_CLAIMS = 'dynamic resource allocation is not part of this runtime';

const storage = (type: string, ...fields: readonly string[]): readonly UnsupportedField[] => fields.map((field) => ({ type, field, why: NO_PLUGIN }));
const sources = ['awsElasticBlockStore', 'azureDisk', 'azureFile', 'cephfs', 'cinder', 'fc', 'flexVolume', 'flocker', 'gcePersistentDisk', 'glusterfs', 'iscsi', 'nfs', 'photonPersistentDisk',
  'portworxVolume', 'quobyte', 'rbd', 'scaleIO', 'storageos', 'vsphereVolume', 'csi'];

/** Everything that is refused. docs/compatibility.md is made from it; a test shows that what is not here is read by the code. To refuse a field: a line here. */
export const unsupportedFields: readonly UnsupportedField[] = [
  { type: 'PodSpec', field: 'runtimeClassName', why: 'Docker runs every pod with its default runtime' },
  { type: 'PodSpec', field: 'overhead', why: 'it belongs to a runtime class' },
  { type: 'PodSpec', field: 'resourceClaims', why: NO_CLAIMS },
  { type: 'PodSpec', field: 'hostUsers', why: 'user namespaces of pods are not part of this runtime', refuses: (value) => value === false, values: 'false' },
  { type: 'PodOS', field: 'name', why: NO_WINDOWS, refuses: (value) => value !== 'linux', values: 'windows' },
  { type: 'PodSecurityContext', field: 'windowsOptions', why: NO_WINDOWS },
  { type: 'PodSecurityContext', field: 'seLinuxOptions', why: NO_SELINUX },
  { type: 'SecurityContext', field: 'windowsOptions', why: NO_WINDOWS },
  { type: 'SecurityContext', field: 'seLinuxOptions', why: NO_SELINUX },
  { type: 'SecurityContext', field: 'procMount', why: 'Docker masks /proc in every container', refuses: (value) => value === 'Unmasked', values: 'Unmasked' },
  { type: 'Container', field: 'volumeDevices', why: NO_BLOCKS },
  { type: 'EphemeralContainer', field: 'volumeDevices', why: NO_BLOCKS },
  { type: 'Container', field: 'resizePolicy', why: NO_RESIZE },
  { type: 'EphemeralContainer', field: 'resizePolicy', why: NO_RESIZE },
  { type: 'EmptyDirVolumeSource', field: 'medium', why: 'nodes have no huge pages to mount', refuses: (value) => String(value).startsWith('HugePages'), values: 'HugePages' },
  { type: 'ResourceRequirements', field: 'claims', why: NO_CLAIMS },
  ...storage('Volume', ...sources, 'gitRepo'),
  ...storage('PersistentVolumeSpec', ...sources),
  { type: 'PersistentVolumeSpec', field: 'volumeMode', why: NO_BLOCKS, refuses: (value) => value === 'Block', values: 'Block' },
  { type: 'PersistentVolumeSpec', field: 'mountOptions', why: 'volumes are folders of the node: nothing is mounted that could take options' },
  { type: 'PersistentVolumeSpec', field: 'persistentVolumeReclaimPolicy', why: 'it is deprecated on Kubernetes; use Retain, or Delete with a class that makes volumes', refuses: (value) => value === 'Recycle', values: 'Recycle' },
  { type: 'PersistentVolumeClaimSpec', field: 'volumeMode', why: NO_BLOCKS, refuses: (value) => value === 'Block', values: 'Block' },
  { type: 'PersistentVolumeClaimSpec', field: 'dataSource', why: NO_COPIES },
  { type: 'PersistentVolumeClaimSpec', field: 'dataSourceRef', why: NO_COPIES },
];
