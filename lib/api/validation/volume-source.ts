import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../types';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { isDns1123Subdomain } from './names';
import { validateLocalDescendingPath, validateNoBacksteps } from './paths';

/** Sources that a Pod and a PersistentVolume share, with the few differences between their forms. */
export type SourceCheck<T> = (errors: FieldErrors, path: string, source: DeepReadonly<T>) => void;

function requireFields(errors: FieldErrors, path: string, source: object, ...fields: readonly string[]): void {
  const values = source as Readonly<Record<string, unknown>>;
  for (const field of fields) {
    const value = values[field];
    if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) errors.required(`${path}.${field}`);
  }
}

/** Nothing to check but that these fields are there. */
export const requires = (...fields: readonly string[]): SourceCheck<object> => (errors, path, source) => requireFields(errors, path, source, ...fields);

const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];

export const hostPath: SourceCheck<core.HostPathVolumeSource> = (errors, path, source) => {
  if (!source.path) return errors.required(`${path}.path`);
  validateNoBacksteps(errors, `${path}.path`, source.path);
  if (source.type !== undefined) errors.oneOf(`${path}.type`, source.type, HOST_PATH_TYPES);
};

export const gitRepo: SourceCheck<core.GitRepoVolumeSource> = (errors, path, source) => {
  requireFields(errors, path, source, 'repository');
  validateLocalDescendingPath(errors, `${path}.directory`, source.directory ?? '');
};

function validatePartition(errors: FieldErrors, path: string, partition = 0): void {
  if (partition < 0 || partition > 255) errors.invalid(`${path}.partition`, partition, 'must be between 1 and 255, inclusive');
}

export const gcePersistentDisk: SourceCheck<core.GCEPersistentDiskVolumeSource> = (errors, path, source) => {
  requireFields(errors, path, source, 'pdName');
  validatePartition(errors, path, source.partition);
};

export const awsElasticBlockStore: SourceCheck<core.AWSElasticBlockStoreVolumeSource> = (errors, path, source) => {
  requireFields(errors, path, source, 'volumeID');
  validatePartition(errors, path, source.partition);
};

export const nfs: SourceCheck<core.NFSVolumeSource> = (errors, path, source) => {
  requireFields(errors, path, source, 'server', 'path');
  if (!source.path?.startsWith('/')) errors.invalid(`${path}.path`, source.path ?? '', 'must be an absolute path');
};

export const iscsi: SourceCheck<core.ISCSIVolumeSource> = (errors, path, source) => {
  const { iqn = '', lun = 0 } = source;
  requireFields(errors, path, source, 'targetPortal', 'iqn');
  if (iqn && !/^(iqn|eui|naa)/.test(iqn)) errors.invalid(`${path}.iqn`, iqn, 'must be valid format starting with iqn, eui, or naa');
  else if (iqn && !/^(iqn\.\d{4}-\d{2}\.([a-zA-Z0-9.-]+)(:.*)?|eui\.[0-9a-fA-F]{16}|naa\.[0-9a-fA-F]{32})$/.test(iqn)) errors.invalid(`${path}.iqn`, iqn, 'must be valid format');
  errors.inRange(`${path}.lun`, lun, 0, 255);
  if ((source.chapAuthDiscovery || source.chapAuthSession) && !source.secretRef) errors.required(`${path}.secretRef`);
  if (source.secretRef && !source.secretRef.name) errors.required(`${path}.secretRef.name`);
};

export const flocker: SourceCheck<core.FlockerVolumeSource> = (errors, path, source) => {
  if (!source.datasetName && !source.datasetUUID) errors.required(path, 'one of datasetName and datasetUUID is required');
  if (source.datasetName && source.datasetUUID) errors.invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously');
  if (source.datasetName?.includes('/')) errors.invalid(`${path}.datasetName`, source.datasetName, "must not contain '/'");
};

export const fc: SourceCheck<core.FCVolumeSource> = (errors, path, { targetWWNs = [], wwids = [], lun }) => {
  const either = 'must specify either targetWWNs or wwids, but not both';
  if (targetWWNs.length === 0 && wwids.length === 0) errors.required(`${path}.targetWWNs`, either);
  if (targetWWNs.length > 0 && wwids.length > 0) errors.invalid(`${path}.targetWWNs`, go('[]string', targetWWNs), either);
  if (targetWWNs.length === 0) return;
  if (lun === undefined) errors.required(`${path}.lun`, 'lun is required if targetWWNs is specified');
  else errors.inRange(`${path}.lun`, lun, 0, 255);
};

export const quobyte: SourceCheck<core.QuobyteVolumeSource> = (errors, path, source) => {
  if (!source.registry) errors.required(`${path}.registry`, 'must be a host:port pair or multiple pairs separated by commas');
  else if (source.registry.length >= 2 && source.registry.split(',').some((pair) => !/^.+:\d+$/.test(pair))) errors.invalid(`${path}.registry`, source.registry, 'must be a host:port pair or multiple pairs separated by commas');
  requireFields(errors, path, source, 'volume');
};

export const azureDisk: SourceCheck<core.AzureDiskVolumeSource> = (errors, path, source) => {
  requireFields(errors, path, source, 'diskName', 'diskURI');
  if (source.cachingMode !== undefined) errors.oneOf(`${path}.cachingMode`, source.cachingMode, ['None', 'ReadOnly', 'ReadWrite']);
  const kind = source.kind ?? 'Shared';
  errors.oneOf(`${path}.kind`, kind, ['Dedicated', 'Managed', 'Shared']);
  if (kind === 'Managed' && !source.diskURI?.startsWith('/subscriptions')) errors.notSupported(`${path}.diskURI`, source.diskURI ?? '', ['/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}']);
  if (kind !== 'Managed' && source.diskURI && !/^https:\/\//.test(source.diskURI)) errors.notSupported(`${path}.diskURI`, source.diskURI, ['https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd']);
};

export function validateCsiDriverName(errors: FieldErrors, field: string, driver: string): void {
  if (!driver) errors.required(field);
  if (driver.length > 63) errors.tooLong(field, 63);
  errors.invalidEach(field, driver, isDns1123Subdomain(driver.toLowerCase()));
}

/** Each present source in upstream's order; the second one is refused, none is refused too. */
export function validateOneSource(
  errors: FieldErrors, path: string, volume: object, checks: readonly (readonly [key: string, shownAs: string, check: SourceCheck<never>])[],
): void {
  const sources = volume as Readonly<Record<string, unknown>>;
  const present = checks.filter(([key]) => sources[key] !== undefined && sources[key] !== null);
  if (present.length === 0) errors.required(path, 'must specify a volume type');
  present.forEach(([key, shownAs, check], index) => {
    if (index > 0) errors.forbidden(`${path}.${key}`, 'may not specify more than 1 volume type');
    else check(errors, `${path}.${shownAs}`, sources[key] as never);
  });
}
