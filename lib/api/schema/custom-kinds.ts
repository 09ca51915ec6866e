import type { DeepReadonly } from '../../base/deep-readonly';
import type { ServedKind } from '../object-rules';
import type { KubeObject } from '../types';
import { schemaOfCustomResource } from './custom-resource';
import type { CustomSchema } from './schema-node';

const FREE: CustomSchema = { 'type': 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** The parts of a CustomResourceDefinition (v1, and the older v1beta1) that say what it defines. */
type Definition = DeepReadonly<KubeObject & {
  spec?: {
    group?: string;
    scope?: string;
    names?: { kind?: string; plural?: string };
    version?: string;
    versions?: Version[];
    validation?: Version['schema'];
    subresources?: Version['subresources'];
    preserveUnknownFields?: boolean;
  };
}>;

interface Version {
  readonly name?: string;
  readonly served?: boolean;
  readonly schema?: { readonly openAPIV3Schema?: CustomSchema };
  readonly subresources?: { readonly status?: unknown };
}

/** The kinds that a definition, as it is written in a manifest, brings: one for each served version. A definition without the parts that name them brings none. */
export function kindsOfDefinition(definition: DeepReadonly<KubeObject>): readonly ServedKind[] {
  const { spec } = definition as Definition;
  const { group, names, scope } = spec ?? {};
  if (!spec || typeof group !== 'string' || typeof names?.kind !== 'string' || typeof names.plural !== 'string') return [];
  const { kind, plural } = names;
  const versions: readonly Version[] = Array.isArray(spec.versions) && spec.versions.length > 0 ? spec.versions : [{ name: spec.version, served: true }];
  return versions.filter((version) => typeof version.name === 'string' && version.served !== false).map((version): ServedKind => {
    const schema = version.schema?.openAPIV3Schema ?? spec.validation?.openAPIV3Schema;
    const structural = definition.apiVersion === 'apiextensions.k8s.io/v1' || spec.preserveUnknownFields === false;
    return {
      group, version: version.name ?? '', kind, resource: plural, namespaced: scope !== 'Cluster',
      custom: { schema: schemaOfCustomResource(structural && isSchema(schema) ? schema : FREE), wholeObject: !(version.subresources ?? spec.subresources)?.status },
    };
  });
}

const isSchema = (schema: unknown): schema is CustomSchema => typeof schema === 'object' && schema !== null && (schema as CustomSchema).type === 'object';
