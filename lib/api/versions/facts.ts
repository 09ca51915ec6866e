import * as fs from 'node:fs';
import { packageFile } from '../../base/package-root';
import { splitApiVersion } from '../kinds';

/** A kind as Kubernetes versions serve it. */
export interface KindFacts {
  /** First and last minor version; without `to` the newest known still has it. The first known is 16. */
  readonly from: number;
  readonly to?: number;
  readonly resource: string;
  readonly namespaced?: boolean;
  /** Minor versions, as the Go type states them: when it is deprecated, the first that does not serve it, and what it says is better (`batch/v1 CronJob`). */
  readonly deprecated?: number;
  readonly removed?: number;
  readonly replacement?: string;
  /** Of the versions whose fields are known. */
  readonly type?: string;
}

/** facts/kubernetes-versions.json, made by apps/setup/kubernetes-versions.mjs. */
export interface VersionFacts {
  /** Minor versions whose fields are known. */
  readonly oldest: number;
  readonly newest: number;
  /** By `apps/v1 Deployment`. */
  readonly kinds: Readonly<Record<string, KindFacts | undefined>>;
  /** Fields by type: `[]#core.v1.Container`, `string@30-`, `string@-31`. */
  readonly types: Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;
}

let facts: VersionFacts | undefined;

/** Read when first asked for. */
export function versionFacts(): VersionFacts {
  return (facts ??= JSON.parse(fs.readFileSync(packageFile('lib/api/facts/kubernetes-versions.json'), 'utf8')) as VersionFacts);
}

/** In which versions Kubernetes serves, or served, a kind of its own. */
export function tryKindFacts(apiVersion: string, kind: string): KindFacts | undefined {
  return versionFacts().kinds[`${apiVersion} ${kind}`];
}

let groups: ReadonlyMap<string, readonly GroupKind[]> | undefined;

export interface GroupKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly facts: KindFacts;
}

/** All that Kubernetes has, or had since 1.16, in an API group of its own; none for other groups. */
export function kindsOfGroup(group: string): readonly GroupKind[] {
  return (groups ??= groupKinds()).get(group) ?? [];
}

function groupKinds(): ReadonlyMap<string, readonly GroupKind[]> {
  const found = new Map<string, GroupKind[]>();
  for (const [key, kind] of Object.entries(versionFacts().kinds)) {
    if (!kind) continue;
    const space = key.indexOf(' ');
    const apiVersion = key.slice(0, space);
    const { group } = splitApiVersion(apiVersion);
    found.set(group, [...(found.get(group) ?? []), { apiVersion, kind: key.slice(space + 1), facts: kind }]);
  }
  return found;
}
