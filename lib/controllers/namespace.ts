import { toTime } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import { apiVersionOf, resourcePath, type ResourceInfo } from '../api/kinds';
import type { ApiRequest } from '../api/request';
import { isNotFound } from '../api/status-error';
import type { core, KubeObject, Namespace } from '../api/types';
import { answered } from '../client/answered';
import { Discovery, type ServedResource } from '../client/discovery';
import { withCondition } from './conditions';
import type { Controller, ControllerContext } from './controller';
import { writeStatus } from './write-status';

type Condition = core.NamespaceCondition;

/** What a round of deletion found. */
export interface Remaining {
  readonly failedDiscovery: readonly string[];
  readonly errors: readonly string[];
  /** Objects that are still there, by `pods` or `deployments.apps`. */
  readonly counts: ReadonlyMap<string, number>;
  readonly finalizers: ReadonlyMap<string, number>;
}

const AGAIN_AFTER = 5000;

/**
 * Empties a namespace that is being deleted: every namespaced kind the server has, custom resources too; then lets it go. What is in the way is written
 * into its conditions. Follows pkg/controller/namespace of Kubernetes 1.28.
 */
export const namespace: Controller = {
  name: 'namespace-controller',
  watches: [{ kind: 'Namespace', enqueue: 'self' }],

  async sync(key, context) {
    const { client, lister, clock, requeueAfter } = context;
    const found = lister.tryGet('Namespace', key);
    if (!found?.metadata.deletionTimestamp || !found.spec?.finalizers?.includes('kubernetes')) return;

    const remaining = await deleteContent(key, context);
    const isEmpty = remaining.counts.size === 0 && remaining.failedDiscovery.length === 0 && remaining.errors.length === 0;
    if (isEmpty) return finalize(found, context);

    const conditions = computeDeletionConditions(found.status?.conditions as readonly Condition[] | undefined, remaining, toTime(clock.now()));
    await writeStatus(client, found, { ...found.status, phase: 'Terminating', conditions });
    const isRecent = clock.now() - Date.parse(found.metadata.deletionTimestamp) < AGAIN_AFTER;
    requeueAfter(key, isRecent && remaining.errors.length === 0 ? 250 : AGAIN_AFTER);
  },
};

async function deleteContent(name: string, { client }: ControllerContext): Promise<Remaining> {
  const { resources, failed } = await new Discovery(client.transport).all();
  const counts = new Map<string, number>();
  const finalizers = new Map<string, number>();
  const errors: string[] = [];
  const deletable = resources.filter(({ namespaced, verbs }) => namespaced && verbs.includes('list') && verbs.includes('delete'));
  await Promise.all(deletable.map(async (resource) => {
    const label = resource.group ? `${resource.resource}.${resource.group}` : resource.resource;
    try {
      const left = await deleteAll(resource, name, client.transport);
      if (left.length > 0) counts.set(label, left.length);
      for (const finalizer of left.flatMap(({ metadata }) => metadata.finalizers ?? [])) finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
    } catch (error) {
      if (!isNotFound(error)) errors.push(`${label}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }));
  return { failedDiscovery: failed, errors, counts, finalizers };
}

/** Deletes what is not being deleted yet; returns what is left. */
async function deleteAll(resource: ServedResource, namespaceName: string, transport: ControllerContext['client']['transport']): Promise<readonly DeepReadonly<KubeObject>[]> {
  const list = () => itemsOf(resource, namespaceName, transport);
  const before = await list();
  const doomed = before.filter(({ metadata }) => !metadata.deletionTimestamp);
  if (doomed.length === 0) return before;
  const deletion = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' };
  if (resource.verbs.includes('deletecollection')) {
    await send(transport, { method: 'DELETE', path: resourcePath(resource, { namespace: namespaceName }), body: deletion });
  } else {
    await Promise.all(doomed.map(({ metadata: { name } }) => send(transport, { method: 'DELETE', path: resourcePath(resource, { namespace: namespaceName, name }), body: deletion })
      .catch((error: unknown) => { if (!isNotFound(error)) throw error; })));
  }
  return list();
}

async function itemsOf(info: ResourceInfo, namespaceName: string, transport: ControllerContext['client']['transport']): Promise<readonly DeepReadonly<KubeObject>[]> {
  const body = await send(transport, { method: 'GET', path: resourcePath(info, { namespace: namespaceName }) }) as { readonly items?: readonly KubeObject[] | null };
  return body.items ?? [];
}

async function send(transport: ControllerContext['client']['transport'], request: Pick<ApiRequest, 'method' | 'path' | 'body'>): Promise<unknown> {
  const whole = { ...request, headers: { 'accept': 'application/json', 'content-type': 'application/json' } };
  return answered(await transport(whole), whole).body;
}

/** The five conditions that say why a namespace is still there. Pure. */
export function computeDeletionConditions(current: readonly Condition[] | undefined, remaining: Remaining, now: string): readonly Condition[] {
  const { failedDiscovery, errors, counts, finalizers } = remaining;
  const list = (map: ReadonlyMap<string, number>, phrase: string) => [...map].map(([what, count]) => `${what} ${phrase} ${count} resource instances`).sort().join(', ');
  const wanted: readonly [string, boolean, string, string, string, string][] = [
    ['NamespaceDeletionDiscoveryFailure', failedDiscovery.length > 0, 'DiscoveryFailed', `Discovery failed for some groups, ${failedDiscovery.length} failing: ${failedDiscovery.join(', ')}`, 'ResourcesDiscovered', 'All resources successfully discovered'],
    ['NamespaceDeletionGroupVersionParsingFailure', false, '', '', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
    ['NamespaceDeletionContentFailure', errors.length > 0, 'ContentDeletionFailed', `Failed to delete all resource types, ${errors.length} remaining: ${errors.join(', ')}`,
      'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
    ['NamespaceContentRemaining', counts.size > 0, 'SomeResourcesRemain', `Some resources are remaining: ${list(counts, 'has')}`, 'ContentRemoved', 'All content successfully removed'],
    ['NamespaceFinalizersRemaining', finalizers.size > 0, 'SomeFinalizersRemain', `Some content in the namespace has finalizers remaining: ${list(finalizers, 'in')}`, 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
  ];
  return wanted.reduce<readonly Condition[]>((conditions, [type, bad, badReason, badMessage, goodReason, goodMessage]) => withCondition(conditions, {
    type, status: bad ? 'True' : 'False', reason: bad ? badReason : goodReason, message: bad ? badMessage : goodMessage, lastTransitionTime: now,
  }), current ?? []);
}

async function finalize(found: DeepReadonly<Namespace>, { client }: ControllerContext): Promise<void> {
  const info = { group: '', version: 'v1', kind: 'Namespace', resource: 'namespaces', namespaced: false };
  const body = { ...found, apiVersion: apiVersionOf(info), spec: { ...found.spec, finalizers: (found.spec?.finalizers ?? []).filter((finalizer) => finalizer !== 'kubernetes') } };
  try {
    await send(client.transport, { method: 'PUT', path: resourcePath(info, { name: found.metadata.name, subresource: 'finalize' }), body });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
