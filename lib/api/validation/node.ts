import type { DeepReadonly } from '../../base/deep-readonly';
import type { core, Namespace, Node } from '../types';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { validateLabelName } from './labels';
import { validateObjectMeta, validateObjectMetaUpdate, validateStandardFinalizer } from './metadata';
import { isCidr, isDns1123Label, isDns1123Subdomain, isLabelValue } from './names';
import { TAINT_EFFECTS } from './scheduling';
import { semanticEqual } from './semantic-equal';
import type { Validator } from './validator';

export const node: Validator<Node> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    validateTaints(errors, object.spec?.taints ?? []);
    validatePodCidrs(errors, object.spec ?? {});
  },

  validateUpdate(object, old, errors) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    validatePodCidrs(errors, object.spec ?? {});
    const before = old.spec ?? {};
    const now = object.spec ?? {};
    if ((before.podCIDRs?.length ?? 0) > 0 && !semanticEqual(before.podCIDRs, now.podCIDRs)) {
      errors.forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid');
    }
    if (before.providerID && before.providerID !== now.providerID) errors.forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid');
    if (!semanticEqual(before.taints, now.taints)) validateTaints(errors, now.taints ?? []);
  },
};

/** Upstream counts them to the metadata. */
function validateTaints(errors: FieldErrors, taints: readonly DeepReadonly<core.Taint>[]): void {
  taints.forEach((taint, index) => {
    const { key = '', value = '', effect = '' } = taint;
    const path = `metadata.taints[${index}]`;
    validateLabelName(errors, `${path}.key`, key);
    const problems = isLabelValue(value);
    if (problems.length > 0) errors.invalid(`${path}.value`, value, problems.join(';'));
    if (!effect) errors.required(`${path}.effect`);
    else errors.oneOf(`${path}.effect`, effect, TAINT_EFFECTS);
    if (taints.slice(0, index).some((other) => other.key === key && other.effect === effect)) errors.duplicate(path, go('core.Taint', taint), 'taints must be unique by key and effect pair');
  });
}

function validatePodCidrs(errors: FieldErrors, { podCIDRs = [], podCIDR }: DeepReadonly<core.NodeSpec>): void {
  const ranges = podCIDRs.length > 0 ? podCIDRs : podCIDR ? [podCIDR] : [];
  ranges.forEach((range, index) => {
    if (!isCidr(range)) errors.invalid(`spec.podCIDRs[${index}]`, go('[]string', ranges), 'must be valid CIDR');
  });
}

export const namespace: Validator<Namespace> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Label);
    for (const finalizer of object.spec?.finalizers ?? []) validateStandardFinalizer(errors, 'spec.finalizers', finalizer);
  },

  validateUpdate(object, old, errors, subresource) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    if (subresource === 'finalize') object.spec?.finalizers?.forEach((finalizer, index) => validateStandardFinalizer(errors, `spec.finalizers[${index}]`, finalizer));
  },
};
