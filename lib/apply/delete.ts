import type { Clock } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import { APP_LABEL, KEEP_ANNOTATION } from '../api/label-keys';
import { isForbidden, isNotFound } from '../api/status-error';
import type { KubeObject, Secret } from '../api/types';
import type { Client } from '../client/client';
import { Discovery } from '../client/discovery';
import { apiVersionOf, splitApiVersion } from '../api/kinds';
import { sortByKind } from './kind-order';
import { describeObject, type Manifest } from './load/manifest';
import { decodeRelease, RECORD_LABEL } from './releases/release';
import { watchObjects } from './watch-objects';

type Object = DeepReadonly<KubeObject>;

export interface DeleteOptions {
  readonly client: Client;
  readonly objects: readonly Object[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds until everything is gone. 0: do not wait. */
  readonly timeout: number;
  readonly onDeleted: (object: Object) => void;
}

/** Made by controllers with the labels of what they are made for. */
export const DERIVED = ['Endpoints', 'EndpointSlice', 'Event'];

/** Where nobody could look. What is left out is an error. */
export interface Unseen {
  /** Told the kinds that may not be listed, so that nobody believes that there are none. */
  readonly onForbidden?: (kinds: readonly string[]) => void;
  /** Told the API groups whose server does not answer, in which no release of the application has anything. */
  readonly onUnanswered?: (groups: readonly string[]) => void;
}

/** Everything an application has in the cluster: what carries its label. Rejects when an API group does not answer in which its releases have something. */
export async function objectsOfApplication(client: Client, application: string, namespace: string | undefined, { onForbidden, onUnanswered }: Unseen = {}): Promise<readonly Object[]> {
  const { resources, failed } = await new Discovery(client.transport).all();
  const forbidden: string[] = [];
  const lists = await Promise.all(resources.filter(({ verbs, kind }) => verbs.includes('list') && verbs.includes('delete') && !DERIVED.includes(kind)).map(async (info) => {
    const { items } = await client.listObjects({ apiVersion: apiVersionOf(info), kind: info.kind }, { labelSelector: `${APP_LABEL}=${application}`, ...(info.namespaced && namespace && { namespace }) }).catch((error: unknown) => {
      if (isNotFound(error)) return { items: [] }; // a kind that has gone since
      if (!onForbidden || !isForbidden(error)) throw error;
      forbidden.push(info.kind);
      return { items: [] };
    });
    return items;
  }));
  const found = lists.flat();
  if (failed.length > 0) {
    const missed = recordedIn(found, failed);
    if (missed.length > 0 || !onUnanswered) throw new Error(`these API groups do not answer: ${failed.join(', ')}, and ${application} ${missed.length > 0 ? `has ${missed.join(', ')} there` : 'may have something there'}; try again when they do`);
    onUnanswered(failed);
  }
  if (forbidden.length > 0) onForbidden?.(forbidden.sort());
  // What has an owner goes with it.
  return found.filter(({ metadata }) => !metadata.ownerReferences?.length);
}

/** What the releases among the objects have in these API groups: `Widget/blue`. Pure. */
export function recordedIn(found: readonly Object[], apiVersions: readonly string[]): readonly string[] {
  const groups = new Set(apiVersions.map((apiVersion) => splitApiVersion(apiVersion).group));
  const releases = found.filter(({ kind, metadata }) => kind === 'Secret' && metadata.labels?.[RECORD_LABEL] === 'release');
  const identities = releases.flatMap((secret) => decodeRelease(secret as DeepReadonly<Secret>).inventory).filter(({ apiVersion }) => groups.has(splitApiVersion(apiVersion).group));
  return [...new Set(identities.map(({ kind, name }) => `${kind}/${name}`))].sort();
}

/** The objects of manifests that are there. */
export async function existingOf(client: Client, manifests: readonly Manifest[]): Promise<readonly Object[]> {
  const found = await Promise.all(manifests.map(({ object }) => client.tryGetObject(object, { namespace: object.metadata.namespace, name: object.metadata.name ?? '' })));
  return found.filter((object) => object !== undefined);
}

/** Splits off what somebody wants to outlive its application: the annotation, unless its namespace goes. Pure. */
export function withoutKept(objects: readonly Object[]): { readonly objects: readonly Object[]; readonly kept: readonly Object[] } {
  const namespaces = new Set(objects.filter(({ kind, metadata }) => kind === 'Namespace' && metadata.annotations?.[KEEP_ANNOTATION] !== 'true').map(({ metadata }) => metadata.name));
  const stays = ({ metadata: { annotations, namespace } }: Object) => annotations?.[KEEP_ANNOTATION] === 'true' && !namespaces.has(namespace);
  return { objects: objects.filter((object) => !stays(object)), kept: objects.filter(stays) };
}

/** The opposite of the order of apply. Pure. */
export const inDeletionOrder = (objects: readonly Object[]): readonly Object[] => [...sortByKind(objects.map((object) => ({ object })))].reverse().map(({ object }) => object);

/** Deletes in the opposite order of apply, each with what it owns, and waits until all are gone. */
export async function deleteObjects({ client, objects, clock, signal, timeout, onDeleted }: DeleteOptions): Promise<void> {
  const ordered = inDeletionOrder(objects);
  for (const object of ordered) {
    signal.throwIfAborted();
    const { namespace, name = '', uid } = object.metadata;
    await client.tryDelete(object, { namespace, name }, { propagationPolicy: 'Foreground', preconditions: { uid } });
    if (timeout === 0) onDeleted(object);
  }
  if (timeout > 0) await waitUntilGone({ client, objects: ordered, clock, signal, timeout, onDeleted });
}

async function waitUntilGone({ client, objects, clock, signal, timeout, onDeleted }: DeleteOptions): Promise<void> {
  const stop = new AbortController();
  let wake: () => void = () => undefined;
  const onChange = () => wake();
  const abort = () => wake();
  signal.addEventListener('abort', abort, { once: true });
  const cancel = clock.setTimer(timeout, abort);
  const deadline = clock.now() + timeout;
  try {
    const groups = new Map(objects.map((object) => [`${object.apiVersion} ${object.kind} ${object.metadata.namespace ?? ''}`, object]));
    const watched = new Map(await Promise.all([...groups].map(async ([key, { apiVersion, kind, metadata: { namespace } }]) =>
      [key, await watchObjects({ client, type: { apiVersion, kind }, namespace, clock, signal: stop.signal, onChange })] as const)));
    let left = [...objects];
    const isGone = ({ apiVersion, kind, metadata: { namespace, name = '', uid } }: Object) => watched.get(`${apiVersion} ${kind} ${namespace ?? ''}`)?.get(name)?.metadata.uid !== uid;
    for (;;) {
      signal.throwIfAborted();
      for (const object of left.filter(isGone)) onDeleted(object);
      left = left.filter((object) => !isGone(object));
      if (left.length === 0) return;
      if (clock.now() >= deadline) throw new Error(`still there after ${Math.round(timeout / 1000)} s (--timeout): ${left.map(describe).join(', ')}`);
      if (!signal.aborted) await new Promise<void>((resolve) => { wake = resolve; });
    }
  } finally {
    cancel();
    signal.removeEventListener('abort', abort);
    stop.abort();
  }
}

function describe(object: Object): string {
  const { finalizers = [] } = object.metadata;
  return describeObject(object) + (finalizers.length > 0 ? ` (waits for ${finalizers.join(', ')})` : '');
}
