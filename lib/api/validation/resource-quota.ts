import type { DeepReadonly } from '../../base/deep-readonly';
import type { core, KubeObject } from '../types';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata';
import { isDns1123Subdomain } from './names';
import { validateQuotaResourceName, validateResourceQuantity, type ResourceList } from './resources';
import { semanticEqual } from './semantic-equal';
import type { Validator } from './validator';

type ResourceQuota = KubeObject & Pick<core.ResourceQuota, 'spec' | 'status'>;

const SCOPES = ['Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort', 'PriorityClass', 'CrossNamespacePodAffinity'];
const BEST_EFFORT_RESOURCES = ['pods'];
const COMPUTE_RESOURCES = ['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory', 'pods'];
const CONFLICTS = [['BestEffort', 'NotBestEffort'], ['Terminating', 'NotTerminating']];

export const resourceQuota: Validator<ResourceQuota> = {
  validate({ metadata, spec = {} }, errors) {
    validateObjectMeta(errors, metadata, isDns1123Subdomain);
    validateHard(errors, 'spec.hard', spec.hard);
    validateScopes(errors, spec);
  },

  validateUpdate(object, old, errors, subresource) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    if (subresource === 'status') {
      if (!object.metadata.resourceVersion) errors.required('resourceVersion');
      validateHard(errors, 'status.hard', object.status?.hard);
      validateHard(errors, 'status.used', object.status?.used);
      return;
    }
    validateHard(errors, 'spec.hard', object.spec?.hard);
    validateScopes(errors, object.spec ?? {});
    errors.immutable('spec.scopes', [...(object.spec?.scopes ?? [])].sort(), [...(old.spec?.scopes ?? [])].sort(), go('[]core.ResourceQuotaScope', object.spec?.scopes));
    if (!semanticEqual(object.spec?.scopeSelector, old.spec?.scopeSelector)) errors.invalid('spec.scopeSelector', go('*core.ScopeSelector', object.spec?.scopeSelector), 'field is immutable');
  },
};

function validateHard(errors: FieldErrors, path: string, list: ResourceList | undefined): void {
  for (const [name, value] of Object.entries(list ?? {})) {
    validateQuotaResourceName(errors, `${path}[${name}]`, name);
    validateResourceQuantity(errors, `${path}[${name}]`, name, value);
  }
}

const fits = (scope: string, resource: string) => {
  if (scope === 'BestEffort') return BEST_EFFORT_RESOURCES.includes(resource) || resource.startsWith('count/pods');
  return COMPUTE_RESOURCES.includes(resource) || resource.includes('hugepages-') || resource.includes('ephemeral-storage');
};

function validateScopes(errors: FieldErrors, { hard = {}, scopes = [] }: DeepReadonly<core.ResourceQuotaSpec>): void {
  if (scopes.length === 0) return;
  const shown = go('[]core.ResourceQuotaScope', scopes);
  for (const scope of scopes) {
    if (!SCOPES.includes(scope)) errors.invalid('spec.scopes', shown, 'unsupported scope');
    else if (!Object.keys(hard).every((resource) => fits(scope, resource))) errors.invalid('spec.scopes', shown, 'unsupported scope applied to resource');
  }
  for (const pair of CONFLICTS) if (pair.every((scope) => scopes.includes(scope))) errors.invalid('spec.scopes', shown, 'conflicting scopes');
}
