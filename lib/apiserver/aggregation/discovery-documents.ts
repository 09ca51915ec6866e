import { compareVersions } from '../discovery/version-order';
import type { ServedResource, ServedVersion } from './served-version';

/** Groups in the order that their priorities say. Pure. */
export function servedGroups(versions: readonly ServedVersion[]): readonly string[] {
  const priority = (group: string) => Math.max(...versions.filter((served) => served.group === group).map(({ groupPriority }) => groupPriority));
  return [...new Set(versions.map(({ group }) => group))].sort((a, b) => priority(b) - priority(a) || (a < b ? -1 : 1));
}

function versionsOf(group: string, versions: readonly ServedVersion[]): readonly ServedVersion[] {
  return versions.filter((served) => served.group === group).sort((a, b) => b.versionPriority - a.versionPriority || compareVersions(a.version, b.version));
}

/** As /apis lists a group. Pure. */
export function servedGroupDocument(group: string, all: readonly ServedVersion[]): object {
  const versions = versionsOf(group, all).map(({ version }) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions, preferredVersion: versions[0] };
}

/** As the aggregated form of /apis lists a group. What does not answer is stale. Pure. */
export function servedGroupItem(group: string, all: readonly ServedVersion[]): object {
  const versions = versionsOf(group, all).map(({ version, resources }) => ({
    version, ...(resources && { resources: resourceItems(group, version, resources) }), freshness: resources ? 'Current' : 'Stale',
  }));
  return { metadata: { name: group, creationTimestamp: null }, versions };
}

function resourceItems(group: string, version: string, resources: readonly ServedResource[]): readonly object[] {
  return resources.filter(({ name }) => !name.includes('/') || !resources.some((other) => other.name === name.split('/')[0])).map((resource) => {
    const { name, singularName, namespaced, verbs, shortNames, categories } = resource;
    const kindOf = (found: ServedResource) => ({ group: found.group ?? group, version: found.version ?? version, kind: found.kind });
    const inside = resources.filter((other) => other !== resource && other.name.startsWith(`${name}/`));
    return {
      resource: name, responseKind: kindOf(resource), scope: namespaced ? 'Namespaced' : 'Cluster', singularResource: singularName, verbs,
      ...(shortNames?.length && { shortNames }), ...(categories?.length && { categories }),
      ...(inside.length > 0 && { subresources: inside.map((other) => ({ subresource: other.name.slice(name.length + 1), responseKind: kindOf(other), verbs: other.verbs })) }),
    };
  });
}
