import type { DeepReadonly } from '../../base/deep-readonly';
import { parseQuantity } from '../quantity';
import type { PersistentVolumeClaim } from '../types';
import { describeDifference } from './difference';
import type { FieldErrors } from './field-errors';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata';
import { isDns1123Subdomain } from './names';
import { validatePersistentVolumeClaimSpec } from './persistent-volume-claim-spec';
import { validateNonNegativeQuantity } from './resources';
import { semanticEqual } from './semantic-equal';
import type { Validator } from './validator';

type Claim = DeepReadonly<PersistentVolumeClaim>;

export const persistentVolumeClaim: Validator<PersistentVolumeClaim> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    validatePersistentVolumeClaimSpec(errors, 'spec', object.spec ?? {});
  },

  validateUpdate(object, old, errors, subresource) {
    if (subresource === 'status') {
      validateObjectMetaUpdate(errors, object.metadata, old.metadata);
      for (const [name, value] of Object.entries(object.status?.capacity ?? {})) validateNonNegativeQuantity(errors, `status.capacity[${name}]`, value);
      return;
    }
    this.validate(object, errors);
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    validateSpecUpdate(errors, object, old);
  },
};

/** A claim's spec stands; once bound it may ask for more. A volume may be named later, if none is. */
function validateSpecUpdate(errors: FieldErrors, { spec }: Claim, { spec: oldSpec, status }: Claim): void {
  const size = spec.resources?.requests?.storage;
  const oldSize = oldSpec.resources?.requests?.storage;
  const bound = status?.phase === 'Bound';
  const munged = {
    ...spec,
    ...(!oldSpec.volumeName && spec.volumeName && { volumeName: oldSpec.volumeName }),
    ...(oldSpec.storageClassName === undefined && spec.storageClassName !== undefined && { storageClassName: undefined }),
    ...(bound && { resources: { ...spec.resources, requests: { ...spec.resources?.requests, storage: oldSize } } }),
  };
  if (!semanticEqual(munged, oldSpec)) {
    errors.forbidden('spec', `spec is immutable after creation except resources.requests for bound claims\n${describeDifference('core.PersistentVolumeClaimSpec', oldSpec, munged)}`);
  }
  if (bound && size !== undefined && oldSize !== undefined && parseQuantity(size) < parseQuantity(oldSize)) {
    errors.forbidden('spec.resources.requests.storage', 'field can not be less than previous value');
  }
  errors.immutable('volumeMode', spec.volumeMode, oldSpec.volumeMode);
}
