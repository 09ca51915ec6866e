import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../types';
import type { FieldErrors } from './field-errors';
import { raw } from './go-syntax';
import { validateLabelSelector } from './labels';
import { isDns1123Subdomain } from './names';
import { validatePositiveQuantity, validateResourceName } from './resources';
import { semanticEqual } from './semantic-equal';

export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
export const VOLUME_MODES = ['Block', 'Filesystem'];

export function validateAccessModes(errors: FieldErrors, field: string, modes: readonly string[]): void {
  for (const mode of modes) errors.oneOf(field, mode, ACCESS_MODES);
  if (modes.includes('ReadWriteOncePod') && modes.length > 1) errors.forbidden(field, 'may not use ReadWriteOncePod with other access modes');
}

export function validatePersistentVolumeClaimSpec(errors: FieldErrors, path: string, spec: DeepReadonly<core.PersistentVolumeClaimSpec>): void {
  const { accessModes = [], selector, resources, storageClassName, volumeMode } = spec;
  if (accessModes.length === 0) errors.required(`${path}.accessModes`, 'at least 1 access mode is required');
  validateLabelSelector(errors, `${path}.selector`, selector);
  validateAccessModes(errors, `${path}.accessModes`, accessModes);
  const storage = resources?.requests?.storage;
  if (storage === undefined) {
    errors.required(`${path}.resources[storage]`);
  } else {
    validateResourceName(errors, `${path}.resources[storage]`, 'storage');
    validatePositiveQuantity(errors, `${path}.resources[storage]`, storage);
  }
  if (storageClassName) errors.invalidEach(`${path}.storageClassName`, storageClassName, isDns1123Subdomain(storageClassName));
  if (volumeMode !== undefined) errors.oneOf(`${path}.volumeMode`, volumeMode, VOLUME_MODES);
  validateDataSources(errors, path, spec);
}

function validateDataSources(errors: FieldErrors, path: string, { dataSource, dataSourceRef }: DeepReadonly<core.PersistentVolumeClaimSpec>): void {
  // A dataSource that the server does not know is dropped, not refused; dataSourceRef is the strict one.
  if (dataSource && !dataSource.name) errors.required(`${path}.dataSource.name`);
  if (!dataSourceRef) return;
  if (!semanticEqual(dataSource, dataSourceRef)) validateDataSource(errors, `${path}.dataSourceRef`, dataSourceRef);
  if (dataSource && !semanticEqual(dataSource, dataSourceRef)) {
    errors.invalid(path, raw('field.Path{name:"dataSource", index:"", parent:(*field.Path)(0xc000a1b2c3)}'), 'must match dataSourceRef');
  }
}

function validateDataSource(errors: FieldErrors, path: string, { name, kind, apiGroup }: { readonly name?: string; readonly kind?: string; readonly apiGroup?: string }): void {
  if (!name) errors.required(`${path}.name`);
  if (!kind) errors.required(`${path}.kind`);
  if (!apiGroup && kind !== 'PersistentVolumeClaim') errors.invalid(path, kind ?? '', "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
}
