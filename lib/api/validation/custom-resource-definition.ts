import type { DeepReadonly } from '../../base/deep-readonly';
import type { CustomSchema } from '../schema/schema-node';
import type { FieldError } from '../status-error';
import type { KubeObject } from '../types';
import { FieldErrors } from './field-errors';
import { validateColumns, validateScale } from './custom-resource-definition-version';
import type { Column, Scale } from './custom-resource-definition-version';
import { go, raw } from './go-syntax';
import { validateGenericMeta, validateGenericMetaUpdate } from './metadata';
import { isDns1035Label, isDns1123Subdomain } from './names';
import { NO_STRINGS, validateStructuralSchema } from './structural-schema';

interface Version {
  readonly name: string;
  readonly served?: boolean;
  readonly storage?: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema?: { readonly openAPIV3Schema?: CustomSchema };
  readonly subresources?: { readonly scale?: Scale };
  readonly additionalPrinterColumns?: readonly Column[];
}

interface Names {
  readonly plural?: string;
  readonly singular?: string;
  readonly kind?: string;
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

interface Definition extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: Names;
    readonly versions: readonly Version[] | null;
    readonly preserveUnknownFields?: boolean;
    readonly conversion?: { readonly strategy?: string; readonly webhook?: { readonly clientConfig?: unknown; readonly conversionReviewVersions?: readonly string[] } };
  };
  readonly status?: { readonly storedVersions?: readonly string[] | null };
}

const APPROVAL = 'api-approved.kubernetes.io';

/** The problems of a CustomResourceDefinition; with `old`, of a change to it. Rules (CEL) are checked as far as they need no compiler. */
export function validateCustomResourceDefinition(definition: DeepReadonly<KubeObject>, old?: DeepReadonly<KubeObject>): FieldError[] {
  const errors = new FieldErrors();
  const crd = definition as unknown as Definition;
  const { metadata, spec } = crd;
  const required = `${spec.names.plural ?? ''}.${spec.group}`;
  if (old) validateGenericMetaUpdate(errors, metadata, old.metadata);
  else validateGenericMeta(errors, metadata, (name) => [...isDns1123Subdomain(name), ...(name === required ? [] : ['must be spec.names.plural+"."+spec.group'])]);
  validateSpec(errors, spec);
  validateStoredVersions(errors, crd);
  if (old) validateImmutable(errors, spec, (old as unknown as Definition).spec);
  if (!old && /(^|\.)(k8s|kubernetes)\.io$/.test(spec.group) && !metadata.annotations?.[APPROVAL]) {
    errors.required(`metadata.annotations[${APPROVAL}]`, `protected groups must have approval annotation "${APPROVAL}", see https://github.com/kubernetes/enhancements/pull/1111`);
  }
  if (spec.preserveUnknownFields) {
    errors.invalid('spec.preserveUnknownFields', true, 'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead');
  }
  return errors.list;
}

/** As the table of validators takes it. */
export const customResourceDefinition = {
  validate(definition: DeepReadonly<KubeObject>, errors: FieldErrors): void {
    errors.list.push(...validateCustomResourceDefinition(definition));
  },

  validateUpdate(definition: DeepReadonly<KubeObject>, old: DeepReadonly<KubeObject>, errors: FieldErrors, subresource?: string): void {
    if (!subresource) errors.list.push(...validateCustomResourceDefinition(definition, old));
  },
};

function validateSpec(errors: FieldErrors, spec: Definition['spec']): void {
  const { group, scope } = spec;
  const versions = spec.versions ?? [];
  if (!group) errors.required('spec.group');
  else if (isDns1123Subdomain(group).length > 0) errors.invalid('spec.group', group, isDns1123Subdomain(group).join(','));
  else if (!group.includes('.')) errors.invalid('spec.group', group, 'should be a domain with at least one dot');
  if (!scope) errors.required('spec.scope');
  else errors.oneOf('spec.scope', scope, ['Cluster', 'Namespaced']);
  versions.forEach(({ schema }, index) => {
    if (!schema?.openAPIV3Schema) errors.required(`spec.versions[${index}].schema.openAPIV3Schema`, 'schemas are required');
  });
  versions.forEach((version, index) => validateVersion(errors, `spec.versions[${index}]`, version, versions));
  const shown = raw(printVersions(versions));
  if (versions.filter(({ storage }) => storage).length !== 1) errors.invalid('spec.versions', shown, 'must have exactly one version marked as storage version');
  if (new Set(versions.map(({ name }) => name)).size < versions.length) errors.invalid('spec.versions', shown, 'must contain unique version names');
  const first = versions[0]?.name;
  if (first && isDns1035Label(first).length > 0) errors.invalid('spec.version', first, isDns1035Label(first).join(','));
  validateNames(errors, spec.names);
  validateShared(errors, versions);
  validateConversion(errors, spec.conversion);
}

/** What all versions say alike is shown without its version: upstream moves it to the top. */
const isShared = (versions: readonly Version[], pick: (version: Version) => unknown) => new Set(versions.map((version) => JSON.stringify(pick(version)))).size === 1;

function validateVersion(errors: FieldErrors, path: string, version: Version, versions: readonly Version[]): void {
  const { name, deprecated, deprecationWarning, schema, subresources, additionalPrinterColumns } = version;
  if (isDns1035Label(name).length > 0) errors.invalid(`${path}.name`, name, isDns1035Label(name).join(','));
  if (deprecationWarning !== undefined && !deprecated) errors.invalid(`${path}.deprecationWarning`, deprecationWarning, 'can only be set for deprecated versions');
  if (deprecationWarning === '') errors.invalid(`${path}.deprecationWarning`, '', 'must not be an empty string');
  if (schema?.openAPIV3Schema && !isShared(versions, (other) => other.schema)) validateStructuralSchema(errors, `${path}.schema.openAPIV3Schema`, schema.openAPIV3Schema);
  if (subresources?.scale && !isShared(versions, (other) => other.subresources)) validateScale(errors, `${path}.subresources.scale`, subresources.scale);
  if (!isShared(versions, (other) => other.additionalPrinterColumns)) validateColumns(errors, `${path}.additionalPrinterColumns`, additionalPrinterColumns);
}

function validateShared(errors: FieldErrors, versions: readonly Version[]): void {
  const first = versions[0];
  if (!first) return;
  if (first.schema?.openAPIV3Schema && isShared(versions, ({ schema }) => schema)) validateStructuralSchema(errors, 'spec.validation.openAPIV3Schema', first.schema.openAPIV3Schema);
  if (first.subresources?.scale && isShared(versions, ({ subresources }) => subresources)) validateScale(errors, 'spec.subresources.scale', first.subresources.scale);
  if (isShared(versions, ({ additionalPrinterColumns }) => additionalPrinterColumns)) validateColumns(errors, 'spec.additionalPrinterColumns', first.additionalPrinterColumns);
}

function validateNames(errors: FieldErrors, names: Names): void {
  for (const key of ['plural', 'singular', 'kind', 'listKind'] as const) if (!names[key]) errors.required(`spec.names.${key}`);
  const check = (field: string, value: string | undefined) => {
    const problems = value ? isDns1035Label(value) : [];
    if (problems.length > 0) errors.invalid(field, value, problems.join(','));
  };
  const checkMixed = (field: string, value: string | undefined) => {
    const problems = value ? isDns1035Label(value.toLowerCase()) : [];
    if (problems.length > 0) errors.invalid(field, value, `may have mixed case, but should otherwise match: ${problems.join(',')}`);
  };
  check('spec.names.plural', names.plural);
  check('spec.names.singular', names.singular);
  checkMixed('spec.names.kind', names.kind);
  checkMixed('spec.names.listKind', names.listKind);
  names.shortNames?.forEach((name, index) => check(`spec.names.shortNames[${index}]`, name));
  if (names.kind && names.kind === names.listKind) errors.invalid('spec.names.listKind', names.listKind, 'kind and listKind may not be the same');
  names.categories?.forEach((name, index) => check(`spec.names.categories[${index}]`, name));
}

function validateConversion(errors: FieldErrors, conversion: Definition['spec']['conversion']): void {
  if (!conversion) return;
  errors.oneOf('spec.conversion.strategy', conversion.strategy, ['None', 'Webhook']);
  const { clientConfig, conversionReviewVersions } = conversion.webhook ?? {};
  if (conversion.strategy === 'Webhook') {
    if (!clientConfig) errors.required('spec.conversion.webhookClientConfig', 'required when strategy is set to Webhook');
    if (!conversionReviewVersions?.length) errors.required('spec.conversion.conversionReviewVersions', 'must specify one or more of v1, v1beta1');
    return;
  }
  if (clientConfig) errors.forbidden('spec.conversion.webhookClientConfig', 'should not be set when strategy is not set to Webhook');
  if (conversionReviewVersions?.length) errors.forbidden('spec.conversion.conversionReviewVersions', 'should not be set when strategy is not set to Webhook');
}

function validateStoredVersions(errors: FieldErrors, { spec, status }: Definition): void {
  const path = 'status.storedVersions';
  const stored = status?.storedVersions ?? [];
  const versions = spec.versions ?? [];
  if (stored.length === 0) return errors.invalid(path, NO_STRINGS, 'must have at least one stored version');
  stored.forEach((name, index) => {
    if (!versions.some((version) => version.name === name)) errors.invalid(`${path}[${index}]`, name, 'must appear in spec.versions');
  });
  const storage = versions.filter((version) => version.storage).at(-1);
  const lost = stored.some((name) => !versions.some((version) => version.name === name));
  if (storage && !lost && !stored.includes(storage.name)) errors.invalid(path, go('[]string', stored), `must have the storage version ${storage.name}`);
}

function validateImmutable(errors: FieldErrors, now: Definition['spec'], old: Definition['spec']): void {
  errors.immutable('spec.scope', now.scope, old.scope);
  errors.immutable('spec.names.kind', now.names.kind, old.names.kind);
  errors.immutable('spec.group', now.group, old.group);
  errors.immutable('spec.names.plural', now.names.plural, old.names.plural);
}

function printVersions(versions: readonly Version[]): string {
  const type = 'apiextensions.CustomResourceDefinitionVersion';
  const texts = versions.map(({ name, served = false, storage = false, deprecated = false }) => `${type}{Name:${JSON.stringify(name)}, Served:${served}, Storage:${storage}, Deprecated:${deprecated}, `
    + 'DeprecationWarning:(*string)(nil), Schema:(*apiextensions.CustomResourceValidation)(nil), Subresources:(*apiextensions.CustomResourceSubresources)(nil), '
    + 'AdditionalPrinterColumns:[]apiextensions.CustomResourceColumnDefinition(nil)}');
  return `[]${type}{${texts.join(', ')}}`;
}
