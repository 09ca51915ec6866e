import { mapConcurrently } from '../../base/concurrently';
import type { DeepReadonly } from '../../base/deep-readonly';
import { isForbidden } from '../../api/status-error';
import type { KubeObject } from '../../api/types';
import type { Client } from '../../client/client';
import { type PodTemplate, tryPodTemplate } from '../pod-template';
import type { Release } from '../releases/release';
import { leftOver, planPrune, type PrunePlan } from './prune-plan';

export interface FindPruneOptions {
  readonly client: Client;
  readonly application: string;
  /** All that are known, for what there may be. */
  readonly releases: readonly Release[];
  /** Those that stay. */
  readonly kept: readonly Release[];
  readonly wanted: readonly KubeObject[];
  /** `Kind/name` of what stays this time. */
  readonly asked?: readonly string[];
}

/** What of earlier releases is still in the cluster and has no place in the program, and what is to become of it. */
export async function findPrune({ client, application, releases, kept, wanted, asked }: FindPruneOptions): Promise<PrunePlan> {
  const identities = leftOver(releases, wanted);
  const forbidden: KubeObject[] = [];
  // A kind whose definition has gone has no objects any more. What may not be read is left, and remembered for who may.
  const found = await mapConcurrently(identities, 16, (identity) => client.tryGetObject(identity, identity).catch((error: unknown) => {
    if (isForbidden(error)) forbidden.push({ apiVersion: identity.apiVersion, kind: identity.kind, metadata: { namespace: identity.namespace, name: identity.name } });
    else if (!/no matches for kind/.test(String(error))) throw error;
    return undefined;
  }));
  const left = found.filter((object) => object !== undefined);
  const namespaces = new Set(left.filter(({ kind }) => kind === 'ConfigMap' || kind === 'Secret').flatMap(({ metadata }) => metadata.namespace ?? []));
  const templates = await mapConcurrently([...namespaces], 4, async (namespace) => ({ namespace, found: await templatesIn(client, namespace) }));
  const plan = planPrune({
    application, left, kept, asked, templates: templates.flatMap(({ found }) => found ?? []),
    unreadable: templates.filter(({ found }) => found === undefined).map(({ namespace }) => namespace),
  });
  return { ...plan, keep: [...plan.keep, ...forbidden.map((object) => ({ object, reason: 'forbidden' as const }))] };
}

/** Of pods, and of the versions of workloads that their controllers keep; undefined for who may not read these. */
async function templatesIn(client: Client, namespace: string): Promise<readonly { readonly namespace: string; readonly template: PodTemplate }[] | undefined> {
  const lists = await Promise.all([client.list('ReplicaSet', { namespace }), client.list('ControllerRevision', { namespace }), client.list('Pod', { namespace })]).catch((error: unknown) => {
    if (isForbidden(error)) return undefined;
    throw error;
  });
  if (!lists) return undefined;
  const [sets, revisions, pods] = lists;
  const ofRevisions = revisions.items.flatMap(({ data }) => (data as { readonly spec?: { readonly template?: PodTemplate } } | undefined)?.spec?.template ?? []);
  const ofObjects = [...sets.items, ...pods.items].flatMap((object) => tryPodTemplate(object as DeepReadonly<KubeObject>) ?? []);
  return [...ofRevisions, ...ofObjects].map((template) => ({ namespace, template }));
}
