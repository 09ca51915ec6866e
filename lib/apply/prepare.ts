import { APP_LABEL } from '../api/label-keys';
import type { KubeObject, Secret } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';
import type { Client } from '../client/client';
import { Discovery } from '../client/discovery';
import { ApplyError } from './apply-error';
import { describeObject, type Manifest } from './load/manifest';
import { needsValues, resolveSecret, type SecretSources } from './secrets/resolve-secrets';
import { versioned, withSecretVersions } from './secrets/secret-versions';

/** Gives every object that lives in a namespace one, and refuses what is written twice. */
export async function inNamespace(client: Client, manifests: readonly Manifest[], namespace: string): Promise<readonly Manifest[]> {
  const discovery = new Discovery(client.transport);
  const own = customScopes(manifests);
  const placed = await Promise.all(manifests.map(async (manifest) => {
    const { object, source } = manifest;
    const { namespace: given, ...metadata } = object.metadata;
    const namespaced = own.get(object.kind) ?? (await discovery.resourceOf(object).catch((error: Error) => {
      throw new ApplyError(`${describeObject(object)} (${source}): ${error.message}`, 'plan', { cause: error });
    })).namespaced;
    return { ...manifest, object: { ...object, metadata: namespaced ? { ...object.metadata, namespace: given ?? namespace } : metadata } };
  }));
  refuseDuplicates(placed);
  return placed;
}

/** Kinds that the manifests themselves define: the server does not know them yet. */
function customScopes(manifests: readonly Manifest[]): ReadonlyMap<string, boolean> {
  return new Map(manifests.flatMap(({ object }) => {
    if (object.kind !== 'CustomResourceDefinition') return [];
    const { spec } = object as { readonly spec?: { readonly scope?: string; readonly names?: { readonly kind?: string } } };
    return spec?.names?.kind ? [[spec.names.kind, spec.scope === 'Namespaced'] as const] : [];
  }));
}

function refuseDuplicates(manifests: readonly Manifest[]): void {
  const seen = new Map<string, Manifest>();
  for (const manifest of manifests) {
    const key = `${manifest.object.apiVersion} ${describeObject(manifest.object)}`;
    const other = seen.get(key);
    if (other) throw new ApplyError(`${describeObject(manifest.object)} is written twice: ${other.source} and ${manifest.source}; remove one`, 'plan');
    seen.set(key, manifest);
  }
}

/** Fills in the Secrets whose values are not in the manifests, and marks the pods that use them with their versions. */
export async function withSecrets(client: Client, manifests: readonly Manifest[], sources: SecretSources): Promise<readonly Manifest[]> {
  return withSecretVersions(await Promise.all(manifests.map(async (manifest) => {
    const { object } = manifest;
    if (!needsValues(object)) return manifest;
    const { name = '', namespace } = object.metadata;
    const existing: DeepReadonly<Secret> | undefined = await client.tryGet('Secret', { namespace, name });
    refuseForeign(object, existing);
    return { ...manifest, object: versioned(await resolveSecret(object, existing, sources), existing, () => sources.generate(8)) };
  })));
}

/** A Secret of another application under the same name would be overwritten with a new password. */
function refuseForeign(object: KubeObject, existing: DeepReadonly<Secret> | undefined): void {
  const owner = existing?.metadata.labels?.[APP_LABEL];
  const app = object.metadata.labels?.[APP_LABEL];
  if (owner !== undefined && owner !== app) throw new ApplyError(`${describeObject(object)} belongs to the application ${owner}; choose another name, or delete it there first`, 'plan');
}
