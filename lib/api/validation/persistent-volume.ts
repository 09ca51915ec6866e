import type { DeepReadonly } from '../../base/deep-readonly';
import type { core, PersistentVolume } from '../types';
import { describeDifference } from './difference';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata';
import { isDns1123Subdomain } from './names';
import { validateNodeSelector } from './node-selector';
import { validateNoBacksteps } from './paths';
import { validateAccessModes, VOLUME_MODES } from './persistent-volume-claim-spec';
import { validatePositiveQuantity, validateResourceName } from './resources';
import { semanticEqual } from './semantic-equal';
import type { Validator } from './validator';
import {
  awsElasticBlockStore, azureDisk, fc, flocker, gcePersistentDisk, hostPath, iscsi, nfs, quobyte, requires, validateCsiDriverName, validateOneSource, type SourceCheck,
} from './volume-source';

type Spec = DeepReadonly<core.PersistentVolumeSpec>;

export const persistentVolume: Validator<PersistentVolume> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    validateSpec(errors, object.spec ?? {});
  },

  validateUpdate(object, old, errors, subresource) {
    if (subresource === 'status') return validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    validateSpec(errors, object.spec ?? {});
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    validateSpecUpdate(errors, object.spec ?? {}, old.spec ?? {});
  },
};

function validateSpec(errors: FieldErrors, spec: Spec): void {
  const { accessModes = [], capacity = {}, persistentVolumeReclaimPolicy, nodeAffinity, storageClassName, volumeMode } = spec;
  if (accessModes.length === 0) errors.required('spec.accessModes');
  validateAccessModes(errors, 'spec.accessModes', accessModes);
  if (Object.keys(capacity).length === 0) errors.required('spec.capacity');
  else if (capacity.storage === undefined || Object.keys(capacity).length > 1) errors.notSupported('spec.capacity', go('core.ResourceList', capacity), ['storage']);
  for (const [name, value] of Object.entries(capacity)) {
    if (name !== 'storage') continue;
    validateResourceName(errors, `spec.capacity[${name}]`, name);
    validatePositiveQuantity(errors, `spec.capacity[${name}]`, value);
  }
  if (persistentVolumeReclaimPolicy) errors.oneOf('spec.persistentVolumeReclaimPolicy', persistentVolumeReclaimPolicy, ['Delete', 'Recycle', 'Retain']);
  if (nodeAffinity) {
    if (nodeAffinity.required) validateNodeSelector(errors, 'spec.nodeAffinity.required', nodeAffinity.required);
    else errors.required('spec.nodeAffinity.required', 'must specify required node constraints');
  }
  validateOneSource(errors, 'spec', spec, SOURCES);
  if (spec.local && !nodeAffinity?.required) errors.required('spec.nodeAffinity', 'Local volume requires node affinity');
  if (spec.hostPath?.path === '/' && persistentVolumeReclaimPolicy === 'Recycle') {
    errors.forbidden('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'");
  }
  if (storageClassName) errors.invalidEach('spec.storageClassName', storageClassName, isDns1123Subdomain(storageClassName));
  if (volumeMode !== undefined) errors.oneOf('spec.volumeMode', volumeMode, VOLUME_MODES);
}

const local: SourceCheck<core.LocalVolumeSource> = (errors, path, source) => {
  if (!source.path) return errors.required(`${path}.path`);
  validateNoBacksteps(errors, `${path}.path`, source.path);
};

const csi: SourceCheck<core.CSIPersistentVolumeSource> = (errors, path, { driver = '', volumeHandle }) => {
  validateCsiDriverName(errors, `${path}.driver`, driver);
  if (!volumeHandle) errors.required(`${path}.volumeHandle`);
};

const SOURCES: readonly (readonly [string, string, SourceCheck<never>])[] = [
  ['hostPath', 'hostPath', hostPath],
  ['gcePersistentDisk', 'persistentDisk', gcePersistentDisk],
  ['awsElasticBlockStore', 'awsElasticBlockStore', awsElasticBlockStore],
  ['glusterfs', 'glusterfs', requires('endpoints', 'path')],
  ['flocker', 'flocker', flocker],
  ['nfs', 'nfs', nfs],
  ['rbd', 'rbd', requires('monitors', 'image')],
  ['quobyte', 'quobyte', quobyte],
  ['cephfs', 'cephfs', requires('monitors')],
  ['iscsi', 'iscsi', iscsi],
  ['cinder', 'cinder', requires('volumeID')],
  ['fc', 'fc', fc],
  ['flexVolume', 'flexVolume', requires('driver')],
  ['azureFile', 'azureFile', requires('secretName', 'shareName')],
  ['vsphereVolume', 'vsphereVolume', requires('volumePath')],
  ['photonPersistentDisk', 'photonPersistentDisk', requires('pdID')],
  ['portworxVolume', 'portworxVolume', requires('volumeID')],
  ['azureDisk', 'azureDisk', azureDisk],
  ['scaleIO', 'scaleIO', requires('gateway', 'system', 'volumeName')],
  ['local', 'local', local],
  ['storageos', 'storageos', requires('volumeName')],
  ['csi', 'csi', csi],
];

function validateSpecUpdate(errors: FieldErrors, spec: Spec, old: Spec): void {
  const sourceOf = (whole: Spec) => Object.fromEntries(SOURCES.map(([key]) => [key, (whole as Readonly<Record<string, unknown>>)[key]]));
  if (!semanticEqual(sourceOf(spec), sourceOf(old))) {
    errors.forbidden('spec.persistentvolumesource', `spec.persistentvolumesource is immutable after creation\n${describeDifference('core.PersistentVolumeSource', sourceOf(old), sourceOf(spec))}`);
  }
  errors.immutable('volumeMode', spec.volumeMode, old.volumeMode);
  if (old.nodeAffinity && !semanticEqual(spec.nodeAffinity, old.nodeAffinity)) {
    errors.invalid('nodeAffinity', spec.nodeAffinity && go('core.VolumeNodeAffinity', spec.nodeAffinity), 'field is immutable, except for updating from beta label to GA');
  }
}
