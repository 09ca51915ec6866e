import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../types';
import type { FieldErrors } from './field-errors';
import { validateLabelName } from './labels';
import { isDns1123Subdomain } from './names';

type Term = DeepReadonly<core.NodeSelectorTerm>;
type Requirement = DeepReadonly<core.NodeSelectorRequirement>;

export function validateNodeSelector(errors: FieldErrors, path: string, selector: DeepReadonly<core.NodeSelector>): void {
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) errors.required(`${path}.nodeSelectorTerms`, 'must have at least one node selector term');
  terms.forEach((term, index) => validateNodeSelectorTerm(errors, `${path}.nodeSelectorTerms[${index}]`, term));
}

export function validateNodeSelectorTerm(errors: FieldErrors, path: string, { matchExpressions = [], matchFields = [] }: Term): void {
  matchExpressions.forEach((requirement, index) => validateRequirement(errors, `${path}.matchExpressions[${index}]`, requirement));
  matchFields.forEach((requirement, index) => validateFieldRequirement(errors, `${path}.matchFields[${index}]`, requirement));
}

function validateRequirement(errors: FieldErrors, path: string, { key = '', operator, values = [] }: Requirement): void {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) errors.required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) errors.forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1) errors.required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'");
  } else {
    errors.invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator');
  }
  validateLabelName(errors, `${path}.key`, key);
}

function validateFieldRequirement(errors: FieldErrors, path: string, { key = '', operator, values = [] }: Requirement): void {
  if (operator !== 'In' && operator !== 'NotIn') errors.invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator');
  else if (values.length !== 1) errors.required(`${path}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
  if (key !== 'metadata.name') return errors.invalid(`${path}.key`, key, 'not a valid field selector key');
  values.forEach((value, index) => errors.invalidEach(`${path}.values[${index}]`, value, isDns1123Subdomain(value)));
}
