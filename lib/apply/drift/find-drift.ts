import { APP_LABEL } from '../../api/label-keys';
import { apiVersionOf } from '../../api/kinds';
import { isForbidden, isNotFound } from '../../api/status-error';
import type { KubeObject, Secret } from '../../api/types';
import { mapConcurrently } from '../../base/concurrently';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { Client } from '../../client/client';
import { Discovery } from '../../client/discovery';
import { DERIVED } from '../delete';
import type { Manifest } from '../load/manifest';
import { planEach } from '../plan-objects';
import { planPrune } from '../prune/prune-plan';
import { identityKey, identityOf as referenceOf, RECORD_LABEL, type Release } from '../releases/release';
import { currentRelease, type ReleaseStore } from '../releases/release-store';
import { RUN_LABEL } from '../run/one-off-pod';
import { identityOf, type ObjectDrift, objectDrift } from './object-drift';

type Object = DeepReadonly<KubeObject>;

export interface Drift {
  /** The release that runs. */
  readonly release: Release;
  readonly objects: readonly ObjectDrift[];
  /** Those of them that no release knows, in the order to delete. */
  readonly unknown: readonly Object[];
  /** Kinds that the user may not list, so that nothing is known about unknown objects of them. */
  readonly unseen: readonly string[];
  /** A later release that did not get ready: what it has changed is drift, too. */
  readonly unfinished?: Release;
}

/** Compares the cluster with the release that runs; changes nothing. Rejects when no release has got ready, or it was too big to be kept. */
export async function findDrift(client: Client, store: ReleaseStore): Promise<Drift> {
  const { application, namespace } = store;
  const releases = await store.list();
  const release = currentRelease(releases);
  if (!release?.objects) throw new Error(`${application} has no release ${release ? `that is kept: release ${release.number} was too big` : 'that has got ready'}, so there is nothing to compare the cluster with; apply the program with twelve apply`);
  const manifests = await mapConcurrently(release.objects, 16, async (object): Promise<Manifest> => ({ object: await withLiveValues(client, object), source: `release ${release.number}` }));
  const settled = await planEach(manifests, { client, application, force: true, adopt: false, restores: true, current: release, taskState: () => 'done' });
  const own = settled.flatMap((result, index): readonly ObjectDrift[] => {
    if (result.status === 'fulfilled') return [objectDrift(result.value) ?? []].flat();
    const { object } = manifests[index];
    return [{ ...identityOf(object), state: 'foreign', fields: [], note: result.reason instanceof Error ? result.reason.message : String(result.reason) }];
  });
  const { found, unseen } = await labelledObjects(client, application, [...new Set([namespace, ...release.inventory.flatMap((identity) => identity.namespace ?? [])])]);
  const unknown = unknownObjects(application, found, releases);
  const last = releases.at(-1);
  return {
    release, unknown, unseen, objects: [...own, ...unknown.map((object): ObjectDrift => ({ ...identityOf(object), state: 'unknown', fields: [] }))],
    ...(last && last !== release && last.status !== 'deployed' && { unfinished: last }),
  };
}

/** Releases keep no values of Secrets: those of the cluster stand for them. */
async function withLiveValues(client: Client, object: KubeObject): Promise<KubeObject> {
  if (object.kind !== 'Secret') return object;
  const { namespace, name = '' } = object.metadata;
  const live = await client.tryGet('Secret', { namespace, name });
  return live?.data ? { ...object, data: { ...live.data } } as Secret : object;
}

/** What has the label of the application and is in no release: without what controllers have made, what is kept about the application, and data. Pure. */
export function unknownObjects(application: string, found: readonly Object[], releases: readonly Release[]): readonly Object[] {
  const known = new Set(releases.flatMap(({ inventory }) => inventory).map(identityKey));
  const isKept = ({ labels = {} }: Object['metadata']) => labels[RECORD_LABEL] !== undefined || labels[RUN_LABEL] !== undefined;
  const left = found.filter((object) => !isKept(object.metadata) && !known.has(identityKey(referenceOf(object))));
  return planPrune({ application, left, kept: [], templates: [] }).remove;
}

/** Everything with the label of the application in these namespaces, and what is in none. */
async function labelledObjects(client: Client, application: string, namespaces: readonly string[]): Promise<{ readonly found: readonly Object[]; readonly unseen: readonly string[] }> {
  const { resources, failed } = await new Discovery(client.transport).all();
  const listed = resources.filter(({ verbs, kind }) => verbs.includes('list') && verbs.includes('delete') && !DERIVED.includes(kind));
  const questions = listed.flatMap((info) => (info.namespaced ? namespaces : [undefined]).map((namespace) => ({ info, namespace })));
  const unseen = new Set(failed);
  const lists = await mapConcurrently(questions, 16, async ({ info, namespace }) => {
    try {
      return (await client.listObjects({ apiVersion: apiVersionOf(info), kind: info.kind }, { namespace, labelSelector: `${APP_LABEL}=${application}` })).items;
    } catch (error) {
      if (isNotFound(error)) return []; // a kind that has gone since
      if (!isForbidden(error)) throw error;
      if (info.namespaced) unseen.add(info.kind); // who works in a namespace is not told of every kind of the cluster
      return [];
    }
  });
  return { found: lists.flat(), unseen: [...unseen] };
}
