import type { DeepReadonly } from '../../base/deep-readonly';
import type { KubeObject } from '../types';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { validateObjectMeta } from './metadata';
import { isDns1123Subdomain } from './names';
import type { Validator } from './validator';

interface FlowSchema extends KubeObject {
  spec?: { matchingPrecedence?: number; priorityLevelConfiguration?: { name?: string }; distinguisherMethod?: { type?: string }; rules?: Rule[] };
}

interface Rule {
  subjects?: { kind?: string; user?: { name?: string }; group?: { name?: string }; serviceAccount?: { name?: string; namespace?: string } }[];
  resourceRules?: { verbs?: string[]; apiGroups?: string[]; resources?: string[]; namespaces?: string[]; clusterScope?: boolean }[];
  nonResourceRules?: { verbs?: string[]; nonResourceURLs?: string[] }[];
}

const HIGHEST_PRECEDENCE = 10_000;

export const flowSchema: Validator<FlowSchema> = {
  validate({ metadata, spec = {} }, errors) {
    const { matchingPrecedence = 1000, distinguisherMethod, priorityLevelConfiguration, rules = [] } = spec;
    validateObjectMeta(errors, metadata, isDns1123Subdomain);
    if (matchingPrecedence <= 0) errors.invalid('spec.matchingPrecedence', matchingPrecedence, 'must be a positive value');
    if (matchingPrecedence > HIGHEST_PRECEDENCE) errors.invalid('spec.matchingPrecedence', matchingPrecedence, `must not be greater than ${HIGHEST_PRECEDENCE}`);
    if (matchingPrecedence === 1 && metadata.name !== 'exempt') errors.invalid('spec.matchingPrecedence', matchingPrecedence, "only the schema named 'exempt' may have matchingPrecedence 1");
    if (distinguisherMethod && !['ByNamespace', 'ByUser'].includes(distinguisherMethod.type ?? '')) {
      errors.notSupported('spec.distinguisherMethod.type', go('flowcontrol.FlowDistinguisherMethod', distinguisherMethod), ['ByNamespace', 'ByUser']);
    }
    if (!priorityLevelConfiguration?.name) errors.required('spec.priorityLevelConfiguration.name', 'must reference a priority level');
    rules.forEach((rule, index) => validateRule(errors, `spec.rules[${index}]`, rule));
  },
};

function validateRule(errors: FieldErrors, path: string, { subjects = [], resourceRules = [], nonResourceRules = [] }: DeepReadonly<Rule>): void {
  if (subjects.length === 0) errors.required(`${path}.subjects`, 'subjects must contain at least one value');
  subjects.forEach(({ kind = '', user, group, serviceAccount }, index) => {
    const field = `${path}.subjects[${index}]`;
    errors.oneOf(`${field}.kind`, kind, ['Group', 'ServiceAccount', 'User']);
    if (kind === 'User' && !user) errors.required(`${field}.user`, "user is required when subject kind is 'User'");
    if (kind === 'Group' && !group) errors.required(`${field}.group`, "group is required when subject kind is 'Group'");
    if (kind === 'ServiceAccount' && !serviceAccount) errors.required(`${field}.serviceAccount`, "serviceAccount is required when subject kind is 'ServiceAccount'");
  });
  if (resourceRules.length === 0 && nonResourceRules.length === 0) errors.required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty');
  resourceRules.forEach(({ verbs = [], apiGroups = [], resources = [], namespaces = [], clusterScope }, index) => {
    const field = `${path}.resourceRules[${index}]`;
    if (verbs.length === 0) errors.required(`${field}.verbs`, 'verbs must contain at least one value');
    if (apiGroups.length === 0) errors.required(`${field}.apiGroups`, 'resource rules must supply at least one api group');
    if (resources.length === 0) errors.required(`${field}.resources`, 'resource rules must supply at least one resource');
    if (namespaces.length === 0 && !clusterScope) errors.required(`${field}.namespaces`, 'resource rules that are not cluster scoped must supply at least one namespace');
  });
  nonResourceRules.forEach(({ verbs = [], nonResourceURLs = [] }, index) => {
    const field = `${path}.nonResourceRules[${index}]`;
    if (verbs.length === 0) errors.required(`${field}.verbs`, 'verbs must contain at least one value');
    if (nonResourceURLs.length === 0) errors.required(`${field}.nonResourceURLs`, 'nonResourceURLs must contain at least one value');
  });
}

interface PriorityLevelConfiguration extends KubeObject {
  spec?: {
    type?: string;
    exempt?: object;
    /** v1beta2 has assured shares, later versions nominal ones. */
    limited?: { nominalConcurrencyShares?: number; assuredConcurrencyShares?: number; limitResponse?: { type?: string; queuing?: Queuing } };
  };
}

interface Queuing {
  queues?: number;
  handSize?: number;
  queueLengthLimit?: number;
}

export const priorityLevelConfiguration: Validator<PriorityLevelConfiguration> = {
  validate({ metadata, spec = {} }, errors) {
    const { type = '', limited, exempt } = spec;
    validateObjectMeta(errors, metadata, isDns1123Subdomain);
    if ((type === 'Exempt') !== (metadata.name === 'exempt')) errors.invalid('spec.type', type, "type must be 'Exempt' if and only if name is 'exempt'");
    if (type === 'Exempt') {
      if (limited) errors.forbidden('spec.limited', 'must be nil if the type is not Limited');
    } else if (type !== 'Limited') {
      errors.notSupported('spec.type', type, ['Exempt', 'Limited']);
    } else {
      if (exempt) errors.forbidden('spec.exempt', 'must be nil if the type is Limited');
      if (!limited) return errors.required('spec.limited', 'must not be empty when type is Limited');
      const shares = limited.nominalConcurrencyShares ?? limited.assuredConcurrencyShares ?? 0;
      if (shares <= 0) errors.invalid('spec.limited.nominalConcurrencyShares', shares, 'must be positive');
      validateLimitResponse(errors, 'spec.limited.limitResponse', limited.limitResponse ?? {});
    }
  },
};

function validateLimitResponse(errors: FieldErrors, path: string, { type = '', queuing }: { readonly type?: string; readonly queuing?: Readonly<Queuing> }): void {
  if (type === 'Reject') {
    if (queuing) errors.forbidden(`${path}.queuing`, 'must be nil if limited.limitResponse.type is not Limited');
  } else if (type !== 'Queue') {
    errors.notSupported(`${path}.type`, type, ['Queue', 'Reject']);
  } else if (!queuing) {
    errors.required(`${path}.queuing`, 'must not be empty if limited.limitResponse.type is Limited');
  } else {
    for (const field of ['queueLengthLimit', 'queues', 'handSize'] as const) {
      const value = queuing[field] ?? 0;
      if (value <= 0) errors.invalid(`${path}.queuing.${field}`, value, 'must be positive');
    }
  }
}
