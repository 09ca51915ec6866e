import type { DeepReadonly } from '../../base/deep-readonly';
import type { admission, KubeObject } from '../types';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { validateLabelSelector } from './labels';
import { validateGenericMeta } from './metadata';
import { isDns1123Subdomain, isPortNumber, isQualifiedName } from './names';
import type { Validator } from './validator';

type Webhook = DeepReadonly<Partial<admission.MutatingWebhook>>;
type Rule = DeepReadonly<admission.RuleWithOperations> & { readonly resources?: readonly string[]; readonly scope?: string };
type Configuration = KubeObject & { webhooks?: admission.MutatingWebhook[] };

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const REVIEW_VERSIONS = ['v1', 'v1beta1'];

/** Mutating and validating ones alike. */
export const webhookConfiguration: Validator<Configuration> = {
  validate({ metadata, webhooks = [] }, errors) {
    validateGenericMeta(errors, metadata, isDns1123Subdomain);
    const names = new Set<string>();
    webhooks.forEach((webhook, index) => {
      validateWebhook(errors, `webhooks[${index}]`, webhook);
      if (names.has(webhook.name)) errors.duplicate(`webhooks[${index}].name`, webhook.name);
      names.add(webhook.name);
    });
  },
};

function validateWebhook(errors: FieldErrors, path: string, webhook: Webhook): void {
  const { name = '', rules = [], failurePolicy, matchPolicy, sideEffects, timeoutSeconds, reinvocationPolicy, clientConfig, matchConditions = [] } = webhook;
  validateReviewVersions(errors, `${path}.admissionReviewVersions`, webhook.admissionReviewVersions ?? []);
  errors.invalidEach(`${path}.name`, name, isThreeSegmentName(name));
  rules.forEach((rule, index) => validateRule(errors, `${path}.rules[${index}]`, rule));
  if (failurePolicy !== undefined) errors.oneOf(`${path}.failurePolicy`, failurePolicy, ['Fail', 'Ignore']);
  if (matchPolicy !== undefined) errors.oneOf(`${path}.matchPolicy`, matchPolicy, ['Equivalent', 'Exact']);
  if (sideEffects === undefined) errors.required(`${path}.sideEffects`, 'must specify one of None, NoneOnDryRun');
  else errors.oneOf(`${path}.sideEffects`, sideEffects, ['None', 'NoneOnDryRun']);
  if (timeoutSeconds !== undefined && (timeoutSeconds > 30 || timeoutSeconds < 1)) errors.invalid(`${path}.timeoutSeconds`, timeoutSeconds, 'the timeout value must be between 1 and 30 seconds');
  validateLabelSelector(errors, `${path}.namespaceSelector`, webhook.namespaceSelector);
  validateLabelSelector(errors, `${path}.objectSelector`, webhook.objectSelector);
  if (reinvocationPolicy !== undefined) errors.oneOf(`${path}.reinvocationPolicy`, reinvocationPolicy, ['IfNeeded', 'Never']);
  validateClient(errors, `${path}.clientConfig`, clientConfig ?? {});
  matchConditions.forEach((condition, index) => {
    const field = `${path}.matchConditions[${index}]`;
    if (!condition.expression?.trim()) errors.required(`${field}.expression`);
    if (!condition.name) errors.required(`${field}.name`);
    else errors.invalidEach(`${field}.name`, condition.name, isQualifiedName(condition.name));
  });
}

function isThreeSegmentName(name: string): readonly string[] {
  const problems = isDns1123Subdomain(name);
  if (problems.length > 0) return problems;
  return name.split('.').length < 3 ? ['should be a domain with at least three segments separated by dots'] : [];
}

function validateReviewVersions(errors: FieldErrors, field: string, versions: readonly string[]): void {
  if (versions.length === 0) return errors.required(field, `must specify one of ${REVIEW_VERSIONS.join(', ')}`);
  if (!versions.some((version) => REVIEW_VERSIONS.includes(version))) errors.invalid(field, go('[]string', versions), `must include at least one of ${REVIEW_VERSIONS.join(', ')}`);
}

function validateRule(errors: FieldErrors, path: string, rule: Rule): void {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule;
  if (operations.length === 0) errors.required(`${path}.operations`);
  if (operations.length > 1 && operations.includes('*')) {
    errors.invalid(`${path}.operations`, go('[]admissionregistration.OperationType', operations), "if '*' is present, must not specify other operations");
  }
  operations.forEach((operation, index) => errors.oneOf(`${path}.operations[${index}]`, operation, OPERATIONS));
  validateWildcardList(errors, `${path}.apiGroups`, apiGroups, 'API groups', true);
  validateWildcardList(errors, `${path}.apiVersions`, apiVersions, 'API versions', false);
  if (resources.length === 0) errors.required(`${path}.resources`);
  if (resources.length > 1 && resources.includes('*/*')) errors.invalid(`${path}.resources`, go('[]string', resources), "if '*/*' is present, must not specify other resources");
  resources.forEach((resource, index) => resource === '' && errors.required(`${path}.resources[${index}]`));
  if (scope !== undefined) errors.oneOf(`${path}.scope`, scope, ['*', 'Cluster', 'Namespaced']);
}

function validateWildcardList(errors: FieldErrors, field: string, list: readonly string[], what: string, emptyAllowed: boolean): void {
  if (list.length === 0) errors.required(field);
  if (list.length > 1 && list.includes('*')) errors.invalid(field, go('[]string', list), `if '*' is present, must not specify other ${what}`);
  list.forEach((entry, index) => entry === '' && !emptyAllowed && errors.required(`${field}[${index}]`));
}

function validateClient(errors: FieldErrors, path: string, { url, service }: DeepReadonly<admission.WebhookClientConfig>): void {
  if ((url === undefined) === (service === undefined)) return errors.required(path, 'exactly one of url or service is required');
  if (url !== undefined) return validateUrl(errors, `${path}.url`, url);
  if (!service) return;
  const { name, namespace, path: target, port = 443 } = service;
  if (!name) errors.required(`${path}.service.name`, 'service name is required');
  if (!namespace) errors.required(`${path}.service.namespace`, 'service namespace is required');
  for (const problem of isPortNumber(port)) errors.invalid(`${path}.service.port`, port, `port is not valid: ${problem}`);
  if (target !== undefined) validateServicePath(errors, `${path}.service.path`, target);
}

function validateUrl(errors: FieldErrors, field: string, text: string): void {
  const form = 'desired format: https://host[/path]';
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (!parsed) return errors.required(field, `url must be a valid URL: ${form}`);
  const scheme = parsed.protocol.slice(0, -1);
  if (scheme !== 'https') errors.invalid(field, scheme, `'https' is the only allowed URL scheme; ${form}`);
  if (!parsed.host) errors.invalid(field, '', `host must be specified; ${form}`);
  if (parsed.username) errors.invalid(field, parsed.password ? `${parsed.username}:${parsed.password}` : parsed.username, 'user information is not permitted in the URL');
  if (parsed.hash) errors.invalid(field, parsed.hash.slice(1), 'fragments are not permitted in the URL');
  if (parsed.search) errors.invalid(field, parsed.search.slice(1), 'query parameters are not permitted in the URL');
}

function validateServicePath(errors: FieldErrors, field: string, path: string): void {
  if (path === '/' || path === '') return;
  if (path === '//') return errors.invalid(field, path, 'segment[0] may not be empty');
  if (!path.startsWith('/')) errors.invalid(field, path, "must start with a '/'");
  const segments = path.slice(1).split('/');
  segments.forEach((segment, index) => {
    if (segment === '') {
      if (index < segments.length - 1 || segments.length === 1) errors.invalid(field, path, `segment[${index}] may not be empty`);
    } else {
      for (const problem of isDns1123Subdomain(segment)) errors.invalid(field, path, `segment[${index}]: ${problem}`);
    }
  });
}
