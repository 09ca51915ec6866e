import type { DeepReadonly } from '../../base/deep-readonly';
import { parseQuantity } from '../quantity';
import type { core } from '../types';
import { FieldErrors } from './field-errors';
import { validateFieldReference, validateResourceReference, VOLUME_FIELDS } from './field-references';
import { isDns1123Label } from './names';
import { validateFileMode, validateLocalNonReservedPath } from './paths';
import { validatePersistentVolumeClaimSpec } from './persistent-volume-claim-spec';
import {
  awsElasticBlockStore, azureDisk, fc, flocker, gcePersistentDisk, gitRepo, hostPath, iscsi, nfs, quobyte, requires, validateCsiDriverName, validateOneSource, type SourceCheck,
} from './volume-source';

type Volume = DeepReadonly<core.Volume>;

/** Returns the good volumes by name: only those can be mounted. */
export function validateVolumes(errors: FieldErrors, path: string, volumes: readonly Volume[]): ReadonlyMap<string, Volume> {
  const good = new Map<string, Volume>();
  volumes.forEach((volume, index) => {
    const { name = '' } = volume;
    const own = new FieldErrors();
    validateOneSource(own, `${path}[${index}]`, volume, SOURCES);
    if (!name) own.required(`${path}[${index}].name`);
    else own.invalidEach(`${path}[${index}].name`, name, isDns1123Label(name));
    if (good.has(name)) own.duplicate(`${path}[${index}].name`, name);
    if (own.list.length === 0) good.set(name, volume);
    errors.list.push(...own.list);
  });
  return good;
}

const emptyDir: SourceCheck<core.EmptyDirVolumeSource> = (errors, path, { sizeLimit }) => {
  if (sizeLimit !== undefined && parseQuantity(sizeLimit) < 0) errors.forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity');
};

function validateItems(errors: FieldErrors, path: string, items: readonly DeepReadonly<core.KeyToPath>[] = []): void {
  items.forEach(({ key, path: target = '', mode }, index) => {
    if (!key) errors.required(`${path}[${index}].key`);
    if (!target) errors.required(`${path}[${index}].path`);
    validateLocalNonReservedPath(errors, `${path}[${index}].path`, target);
    validateFileMode(errors, `${path}[${index}].mode`, mode);
  });
}

const secret: SourceCheck<core.SecretVolumeSource> = (errors, path, { secretName, defaultMode, items }) => {
  if (!secretName) errors.required(`${path}.secretName`);
  validateFileMode(errors, `${path}.defaultMode`, defaultMode);
  validateItems(errors, `${path}.items`, items);
};

const configMap: SourceCheck<core.ConfigMapVolumeSource> = (errors, path, { name, defaultMode, items }) => {
  if (!name) errors.required(`${path}.name`);
  validateFileMode(errors, `${path}.defaultMode`, defaultMode);
  validateItems(errors, `${path}.items`, items);
};

const downwardApi: SourceCheck<core.DownwardAPIVolumeSource> = (errors, path, { defaultMode, items = [] }) => {
  validateFileMode(errors, `${path}.defaultMode`, defaultMode);
  // Upstream leaves the index of the item out of the paths.
  for (const item of items) validateDownwardApiItem(errors, path, item);
};

function validateDownwardApiItem(errors: FieldErrors, path: string, item: DeepReadonly<core.DownwardAPIVolumeFile>): void {
  if (!item.path) errors.required(`${path}.path`);
  validateLocalNonReservedPath(errors, `${path}.path`, item.path ?? '');
  if (item.fieldRef) {
    validateFieldReference(errors, `${path}.fieldRef`, item.fieldRef, VOLUME_FIELDS);
    if (item.resourceFieldRef) errors.invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously');
  } else if (item.resourceFieldRef) {
    validateResourceReference(errors, `${path}.resourceFieldRef`, item.resourceFieldRef, true);
  } else {
    errors.required(path, 'one of fieldRef and resourceFieldRef is required');
  }
  validateFileMode(errors, `${path}.mode`, item.mode);
}

const projected: SourceCheck<core.ProjectedVolumeSource> = (errors, path, { sources = [], defaultMode }) => {
  const paths = new Set<string>();
  const claim = (target: string | undefined, shown: string) => {
    if (!target) return;
    if (paths.has(target)) errors.invalid(path, shown, 'conflicting duplicate paths');
    paths.add(target);
  };
  sources.forEach((source, index) => validateProjection(errors, `${path}.sources[${index}]`, source, claim));
  validateFileMode(errors, `${path}.defaultMode`, defaultMode);
};

type Claim = (target: string | undefined, shown: string) => void;

function validateProjection(errors: FieldErrors, path: string, source: DeepReadonly<core.VolumeProjection>, claim: Claim): void {
  for (const kind of ['secret', 'configMap'] as const) {
    const projection = source[kind];
    if (!projection) continue;
    if (!projection.name) errors.required(`${path}.${kind}.name`);
    validateItems(errors, `${path}.${kind}.items`, projection.items);
    for (const item of projection.items ?? []) claim(item.path, projection.name ?? '');
  }
  for (const item of source.downwardAPI?.items ?? []) {
    validateDownwardApiItem(errors, `${path}.downwardAPI`, item);
    claim(item.path, item.path);
  }
  if (source.serviceAccountToken) validateTokenProjection(errors, `${path}.serviceAccountToken`, source.serviceAccountToken, claim);
  const kinds = [source.secret, source.configMap, source.downwardAPI, source.serviceAccountToken].filter(Boolean).length;
  if (kinds > 1) errors.forbidden(path, 'may not specify more than 1 volume type');
}

function validateTokenProjection(errors: FieldErrors, path: string, token: DeepReadonly<core.ServiceAccountTokenProjection>, claim: Claim): void {
  const { expirationSeconds = 3600, path: target } = token;
  if (expirationSeconds < 600) errors.invalid(`${path}.expirationSeconds`, expirationSeconds, 'may not specify a duration less than 10 minutes');
  if (expirationSeconds > 2 ** 32) errors.invalid(`${path}.expirationSeconds`, expirationSeconds, 'may not specify a duration larger than 2^32 seconds');
  if (!target) errors.required(`${path}.path`);
  else validateLocalNonReservedPath(errors, `${path}.path`, target);
  claim(target, target ?? '');
}

const csi: SourceCheck<core.CSIVolumeSource> = (errors, path, { driver = '', nodePublishSecretRef }) => {
  validateCsiDriverName(errors, `${path}.driver`, driver);
  if (nodePublishSecretRef && !nodePublishSecretRef.name) errors.required(`${path}.nodePublishSecretRef.name`);
};

const ephemeral: SourceCheck<core.EphemeralVolumeSource> = (errors, path, { volumeClaimTemplate }) => {
  if (!volumeClaimTemplate) errors.required(`${path}.volumeClaimTemplate`);
  else validatePersistentVolumeClaimSpec(errors, `${path}.volumeClaimTemplate.spec`, volumeClaimTemplate.spec ?? {});
};

const flexVolume: SourceCheck<core.FlexVolumeSource> = (errors, path, { driver, options = {} }) => {
  if (!driver) errors.required(`${path}.driver`);
  for (const [key, value] of Object.entries(options)) {
    if (/(^|\.)(kubernetes|k8s)\.io\//.test(key)) errors.invalid(`${path}.options[${key}]`, value, 'kubernetes.io and k8s.io namespaces are reserved');
  }
};

const SOURCES: readonly (readonly [string, string, SourceCheck<never>])[] = [
  ['emptyDir', 'emptyDir', emptyDir],
  ['hostPath', 'hostPath', hostPath],
  ['gitRepo', 'gitRepo', gitRepo],
  ['gcePersistentDisk', 'persistentDisk', gcePersistentDisk],
  ['awsElasticBlockStore', 'awsElasticBlockStore', awsElasticBlockStore],
  ['secret', 'secret', secret],
  ['nfs', 'nfs', nfs],
  ['iscsi', 'iscsi', iscsi],
  ['glusterfs', 'glusterfs', requires('endpoints', 'path')],
  ['flocker', 'flocker', flocker],
  ['persistentVolumeClaim', 'persistentVolumeClaim', requires('claimName')],
  ['rbd', 'rbd', requires('monitors', 'image')],
  ['cinder', 'cinder', requires('volumeID')],
  ['cephfs', 'cephfs', requires('monitors')],
  ['quobyte', 'quobyte', quobyte],
  ['downwardAPI', 'downwardAPI', downwardApi],
  ['fc', 'fc', fc],
  ['flexVolume', 'flexVolume', flexVolume],
  ['configMap', 'configMap', configMap],
  ['azureFile', 'azureFile', requires('secretName', 'shareName')],
  ['vsphereVolume', 'vsphereVolume', requires('volumePath')],
  ['photonPersistentDisk', 'photonPersistentDisk', requires('pdID')],
  ['portworxVolume', 'portworxVolume', requires('volumeID')],
  ['azureDisk', 'azureDisk', azureDisk],
  ['storageos', 'storageos', requires('volumeName')],
  ['projected', 'projected', projected],
  ['scaleIO', 'scaleIO', requires('gateway', 'system', 'volumeName')],
  ['csi', 'csi', csi],
  ['ephemeral', 'ephemeral', ephemeral],
];
