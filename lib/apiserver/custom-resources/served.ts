import { createHash } from 'node:crypto';
import { schemaOfCustomResource } from '../../api/schema/schema';
import { compareVersions } from '../discovery/version-order';
import type { Resource, Subresource } from '../registry/resource';
import type { Definition, DefinitionVersion } from './definition';

const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const FREE = { 'type': 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** One resource for each version that a definition serves. Pure. */
export function servedResources(definition: Definition): readonly Resource[] {
  const { spec } = definition;
  const storage = spec.versions.find((version) => version.storage) ?? spec.versions[0];
  return spec.versions.filter(({ served }) => served).map((version) => resourceOf(definition, version, storage));
}

function resourceOf({ metadata, spec }: Definition, version: DefinitionVersion, storage: DefinitionVersion): Resource {
  const { group, names, scope } = spec;
  const schemaOf = ({ schema }: DefinitionVersion) => schemaOfCustomResource(schema?.openAPIV3Schema ?? FREE);
  return {
    group, version: version.name, kind: names.kind, resource: names.plural, namespaced: scope === 'Namespaced',
    singular: names.singular ?? names.kind.toLowerCase(), listKind: names.listKind ?? `${names.kind}List`, shortNames: names.shortNames ?? [], categories: names.categories ?? [],
    verbs: VERBS, subresources: subresourcesOf(version, names.kind), strategy: {},
    custom: {
      definition: metadata.name ?? '', schema: schemaOf(version), storageVersion: storage.name, storageSchema: schemaOf(storage), wholeObject: !version.subresources?.status,
      storageVersionHash: createHash('sha256').update(`${group}/${storage.name}/${names.kind}`).digest().subarray(0, 8).toString('base64'),
      columns: version.additionalPrinterColumns ?? [], scale: version.subresources?.scale, warning: warningOf(spec, version),
    },
  };
}

function subresourcesOf({ subresources }: DefinitionVersion, kind: string): ReadonlyMap<string, Subresource> {
  const verbs = ['get', 'patch', 'update'];
  return new Map<string, Subresource>([
    ...(subresources?.status ? [['status', { kind, verbs }] as const] : []),
    ...(subresources?.scale ? [['scale', { kind: 'Scale', group: 'autoscaling', version: 'v1', verbs }] as const] : []),
  ]);
}

function warningOf({ group, names, versions }: Definition['spec'], { name, deprecated, deprecationWarning }: DefinitionVersion): string | undefined {
  if (!deprecated) return undefined;
  if (deprecationWarning !== undefined) return deprecationWarning;
  const [newest] = versions.filter((version) => version.served && !version.deprecated).map((version) => version.name).sort(compareVersions);
  const instead = newest !== undefined && compareVersions(newest, name) < 0 ? `; use ${group}/${newest} ${names.kind}` : '';
  return `${group}/${name} ${names.kind} is deprecated${instead}`;
}
