import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../types';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { validateLabelName, validateLabelSelector } from './labels';
import { isDns1123Label, isLabelValue } from './names';
import { validateNodeSelector, validateNodeSelectorTerm } from './node-selector';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
export const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export function validateAffinity(errors: FieldErrors, path: string, affinity: DeepReadonly<core.Affinity> | undefined): void {
  const nodes = affinity?.nodeAffinity;
  if (nodes?.[REQUIRED]) validateNodeSelector(errors, `${path}.nodeAffinity.${REQUIRED}`, nodes[REQUIRED]);
  nodes?.[PREFERRED]?.forEach(({ weight, preference }, index) => {
    const field = `${path}.nodeAffinity.${PREFERRED}[${index}]`;
    validateWeight(errors, `${field}.weight`, weight);
    validateNodeSelectorTerm(errors, `${field}.preference`, preference ?? {});
  });
  for (const kind of ['podAffinity', 'podAntiAffinity'] as const) {
    affinity?.[kind]?.[REQUIRED]?.forEach((term, index) => validatePodAffinityTerm(errors, `${path}.${kind}.${REQUIRED}[${index}]`, term));
    affinity?.[kind]?.[PREFERRED]?.forEach(({ weight, podAffinityTerm }, index) => {
      const field = `${path}.${kind}.${PREFERRED}[${index}]`;
      validateWeight(errors, `${field}.weight`, weight);
      validatePodAffinityTerm(errors, `${field}.podAffinityTerm`, podAffinityTerm ?? { topologyKey: '' });
    });
  }
}

function validateWeight(errors: FieldErrors, field: string, weight = 0): void {
  if (weight < 1 || weight > 100) errors.invalid(field, weight, 'must be in the range 1-100');
}

function validatePodAffinityTerm(errors: FieldErrors, path: string, term: DeepReadonly<core.PodAffinityTerm>): void {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey = '' } = term;
  validateLabelSelector(errors, `${path}.labelSelector`, labelSelector);
  validateLabelSelector(errors, `${path}.namespaceSelector`, namespaceSelector);
  for (const namespace of namespaces) errors.invalidEach(`${path}.namespace`, namespace, isDns1123Label(namespace));
  if (!topologyKey) errors.required(`${path}.topologyKey`, 'can not be empty');
  validateLabelName(errors, `${path}.topologyKey`, topologyKey);
}

export function validateTolerations(errors: FieldErrors, path: string, tolerations: readonly DeepReadonly<core.Toleration>[]): void {
  tolerations.forEach((toleration, index) => {
    const field = `${path}[${index}]`;
    const { key, operator = '', value = '', effect = '', tolerationSeconds } = toleration;
    if (key) validateLabelName(errors, `${field}.key`, key);
    else if (operator !== 'Exists') errors.invalid(`${field}.operator`, operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"');
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') errors.invalid(`${field}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
    if (operator === 'Equal' || operator === '') {
      const problems = isLabelValue(value);
      if (problems.length > 0) errors.invalid(`${field}.operator`, value, problems.join(';'));
    } else if (operator === 'Exists') {
      if (value) errors.invalid(`${field}.operator`, go('core.Toleration', toleration), "value must be empty when `operator` is 'Exists'");
    } else {
      errors.notSupported(`${field}.operator`, operator, ['Equal', 'Exists']);
    }
    if (effect) errors.oneOf(`${field}.effect`, effect, TAINT_EFFECTS);
  });
}

type Constraint = DeepReadonly<core.TopologySpreadConstraint>;

export function validateTopologySpread(errors: FieldErrors, path: string, constraints: readonly Constraint[]): void {
  constraints.forEach((constraint, index) => {
    const field = `${path}[${index}]`;
    const { maxSkew = 0, topologyKey, whenUnsatisfiable, minDomains, nodeAffinityPolicy, nodeTaintsPolicy } = constraint;
    if (maxSkew <= 0) errors.invalid(`${field}.maxSkew`, maxSkew, 'must be greater than zero');
    if (!topologyKey) errors.required(`${field}.topologyKey`, 'can not be empty');
    errors.oneOf(`${field}.whenUnsatisfiable`, whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway']);
    if (constraints.slice(index + 1).some((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable)) {
      errors.duplicate(`${field}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`);
    }
    if (minDomains !== undefined) validateMinDomains(errors, `${field}.minDomains`, minDomains, whenUnsatisfiable);
    if (nodeAffinityPolicy !== undefined) errors.oneOf(`${field}.nodeAffinityPolicy`, nodeAffinityPolicy, ['Honor', 'Ignore']);
    if (nodeTaintsPolicy !== undefined) errors.oneOf(`${field}.nodeTaintsPolicy`, nodeTaintsPolicy, ['Honor', 'Ignore']);
    validateMatchLabelKeys(errors, field, constraint);
    validateLabelSelector(errors, `${field}.labelSelector`, constraint.labelSelector);
  });
}

function validateMinDomains(errors: FieldErrors, field: string, minDomains: number, action: string | undefined): void {
  if (minDomains <= 0) errors.invalid(field, minDomains, 'must be greater than zero');
  if (action !== 'DoNotSchedule') errors.invalid(field, minDomains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`);
}

function validateMatchLabelKeys(errors: FieldErrors, path: string, { matchLabelKeys = [], labelSelector }: Constraint): void {
  if (matchLabelKeys.length === 0) return;
  if (!labelSelector) return errors.forbidden(`${path}.matchLabelKeys`, 'must not be specified when labelSelector is not set');
  const selected = [...Object.keys(labelSelector.matchLabels ?? {}), ...(labelSelector.matchExpressions ?? []).map(({ key }) => key)];
  matchLabelKeys.forEach((key, index) => {
    validateLabelName(errors, `${path}.matchLabelKeys[${index}]`, key);
    if (selected.includes(key)) errors.invalid(`${path}.matchLabelKeys[${index}]`, key, 'exists in both matchLabelKeys and labelSelector');
  });
}
