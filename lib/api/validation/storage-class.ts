import type { DeepReadonly } from '../../base/deep-readonly';
import type { KubeObject, storage, StorageClass } from '../types';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { validateLabelName, validateLabelSelector } from './labels';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata';
import { isDns1123Subdomain, isQualifiedName } from './names';
import { validateNonNegativeQuantity } from './resources';
import { semanticEqual } from './semantic-equal';
import type { Validator } from './validator';
import { validateCsiDriverName } from './volume-source';

export const storageClass: Validator<StorageClass> = {
  validate(object, errors) {
    const { provisioner, reclaimPolicy, volumeBindingMode, allowedTopologies = [] } = object;
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    if (!provisioner) errors.required('provisioner');
    else errors.invalidEach('provisioner', provisioner, isQualifiedName(provisioner.toLowerCase()));
    for (const key of Object.keys(object.parameters ?? {})) if (!key) errors.invalid('parameters', key, 'field can not be empty.');
    if (reclaimPolicy) errors.oneOf('reclaimPolicy', reclaimPolicy, ['Delete', 'Retain']);
    if (!volumeBindingMode) errors.required('volumeBindingMode');
    else errors.oneOf('volumeBindingMode', volumeBindingMode, ['Immediate', 'WaitForFirstConsumer']);
    allowedTopologies.forEach((term, index) => term.matchLabelExpressions?.forEach(({ key = '', values = [] }, at) => {
      validateTopologyRequirement(errors, `allowedTopologies[${index}].matchLabelExpressions[${at}]`, key, values);
    }));
  },

  validateUpdate(object, old, errors) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    if (!semanticEqual(object.parameters ?? {}, old.parameters ?? {})) errors.forbidden('parameters', 'updates to parameters are forbidden.');
    if (object.provisioner !== old.provisioner) errors.forbidden('provisioner', 'updates to provisioner are forbidden.');
    if (object.reclaimPolicy !== old.reclaimPolicy) errors.forbidden('reclaimPolicy', 'updates to reclaimPolicy are forbidden.');
    errors.immutable('volumeBindingMode', object.volumeBindingMode, old.volumeBindingMode);
  },
};

function validateTopologyRequirement(errors: FieldErrors, path: string, key: string, values: readonly string[]): void {
  if (values.length === 0) errors.required(`${path}.values`);
  values.forEach((value, index) => {
    if (values.indexOf(value) < index) errors.duplicate(`${path}.values[${index}]`, value);
  });
  validateLabelName(errors, `${path}.key`, key);
}

type VolumeAttachment = KubeObject & Pick<storage.VolumeAttachment, 'spec' | 'status'>;

export const volumeAttachment: Validator<VolumeAttachment> = {
  validate({ metadata, spec = {} as DeepReadonly<storage.VolumeAttachmentSpec> }, errors) {
    validateObjectMeta(errors, metadata, isDns1123Subdomain);
    const { attacher = '', nodeName = '', source = {} } = spec;
    if (!attacher) errors.required('spec.attacher');
    validateCsiDriverName(errors, 'spec.attacher', attacher);
    if (!source.persistentVolumeName && !source.inlineVolumeSpec) errors.required('spec.source', 'must specify exactly one of inlineVolumeSpec and persistentVolumeName');
    else if (source.persistentVolumeName && source.inlineVolumeSpec) errors.forbidden('spec.source', 'must specify exactly one of inlineVolumeSpec and persistentVolumeName');
    else if (source.persistentVolumeName) errors.invalidEach('spec.source.persistentVolumeName', source.persistentVolumeName, isDns1123Subdomain(source.persistentVolumeName));
    errors.invalidEach('spec.nodeName', nodeName, isDns1123Subdomain(nodeName));
  },

  validateUpdate(object, old, errors) {
    if (!semanticEqual(object.spec, old.spec)) errors.invalid('spec', go('storage.VolumeAttachmentSpec', object.spec), 'field is immutable');
  },
};

type CsiDriver = KubeObject & Pick<storage.CSIDriver, 'spec'>;

export const csiDriver: Validator<CsiDriver> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    validateDriverSpec(errors, object.spec ?? {});
  },

  validateUpdate(object, old, errors) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    validateDriverSpec(errors, object.spec ?? {});
    errors.immutable('spec.attachedRequired', object.spec?.attachRequired, old.spec?.attachRequired);
  },
};

function validateDriverSpec(errors: FieldErrors, { fsGroupPolicy, volumeLifecycleModes = [], tokenRequests = [] }: DeepReadonly<storage.CSIDriverSpec>): void {
  if (fsGroupPolicy !== undefined) errors.oneOf('spec.fsGroupPolicy', fsGroupPolicy, ['File', 'None', 'ReadWriteOnceWithFSType']);
  for (const mode of volumeLifecycleModes) errors.oneOf('spec.volumeLifecycleModes', mode, ['Ephemeral', 'Persistent']);
  tokenRequests.forEach(({ audience, expirationSeconds = 3600 }, index) => {
    const path = `spec.tokenRequests[${index}]`;
    if (tokenRequests.findIndex((other) => other.audience === audience) < index) errors.duplicate(`${path}.audience`, audience);
    if (expirationSeconds < 600) errors.invalid(`${path}.expirationSeconds`, expirationSeconds, 'may not specify a duration less than 10 minutes');
  });
}

type CsiNode = KubeObject & Pick<storage.CSINode, 'spec'>;
type NodeDriver = DeepReadonly<storage.CSINodeDriver>;

export const csiNode: Validator<CsiNode> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    validateNodeDrivers(errors, object.spec?.drivers ?? []);
  },

  validateUpdate(object, old, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    validateNodeDrivers(errors, object.spec?.drivers ?? []);
    for (const driver of object.spec?.drivers ?? []) {
      const before = old.spec?.drivers?.find(({ name }) => name === driver.name);
      if (before && !semanticEqual(before, driver)) errors.invalid('CSINodeDriver', go('storage.CSINodeDriver', driver), 'field is immutable');
    }
  },
};

function validateNodeDrivers(errors: FieldErrors, drivers: readonly NodeDriver[]): void {
  drivers.forEach(({ name = '', nodeID = '', topologyKeys = [], allocatable }, index) => {
    const path = `spec.drivers[${index}]`;
    validateCsiDriverName(errors, `${path}.name`, name);
    if (!nodeID) errors.required(`${path}.nodeID`);
    topologyKeys.forEach((key, at) => {
      if (!key) errors.required(path);
      if (topologyKeys.indexOf(key) < at) errors.duplicate(path, key);
      validateLabelName(errors, path, key);
    });
    errors.nonNegative(`${path}.allocatable.count`, allocatable?.count);
    if (drivers.findIndex((driver) => driver.name === name) < index) errors.duplicate('spec.drivers', name);
  });
}

type Capacity = KubeObject & Omit<storage.CSIStorageCapacity, 'metadata' | 'apiVersion' | 'kind'>;

export const csiStorageCapacity: Validator<Capacity> = {
  validate({ metadata, storageClassName = '', nodeTopology, capacity, maximumVolumeSize }, errors) {
    validateObjectMeta(errors, metadata, isDns1123Subdomain);
    errors.invalidEach('storageClassName', storageClassName, isDns1123Subdomain(storageClassName));
    validateLabelSelector(errors, 'nodeTopology', nodeTopology);
    if (capacity !== undefined) validateNonNegativeQuantity(errors, 'capacity', capacity);
    if (maximumVolumeSize !== undefined) validateNonNegativeQuantity(errors, 'maximumVolumeSize', maximumVolumeSize);
  },

  validateUpdate(object, old, errors) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    this.validate(object, errors);
    errors.immutable('nodeTopology', object.nodeTopology, old.nodeTopology, object.nodeTopology && go('v1.LabelSelector', object.nodeTopology));
    errors.immutable('storageClassName', object.storageClassName, old.storageClassName);
  },
};
