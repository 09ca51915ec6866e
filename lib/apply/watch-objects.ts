import { backoffDelay } from '../base/backoff';
import { type Clock, sleep } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import { resourcePath } from '../api/kinds';
import type { ApiRequest, WatchEvent } from '../api/request';
import { newStatus, StatusError } from '../api/status-error';
import type { KubeObject, meta } from '../api/types';
import { answered } from '../client/answered';
import type { Client } from '../client/client';
import { Discovery } from '../client/discovery';

export interface WatchObjectsOptions {
  readonly client: Client;
  readonly type: { readonly apiVersion: string; readonly kind: string };
  /** @default all namespaces, or a cluster-scoped kind */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called after the first list and after each change. */
  readonly onChange: () => void;
}

const BACKOFF = { initial: 200, maximum: 5_000 };

/**
 * The objects of one kind in one namespace, kept fresh by a watch until the signal aborts. Unlike an informer it asks for no more than one namespace, which is
 * often all that a person may read. Resolves after the first list; rejects when that fails. Afterwards failures are retried.
 */
export async function watchObjects(options: WatchObjectsOptions): Promise<ReadonlyMap<string, DeepReadonly<KubeObject>>> {
  const objects = new Map<string, DeepReadonly<KubeObject>>();
  const resourceVersion = await relist(objects, options);
  void keepWatching(objects, resourceVersion, options);
  options.onChange();
  return objects;
}

const keyOf = ({ metadata }: DeepReadonly<KubeObject>) => metadata.name ?? '';

async function relist(objects: Map<string, DeepReadonly<KubeObject>>, { client, type, namespace, labelSelector, fieldSelector }: WatchObjectsOptions): Promise<string> {
  const { items, metadata } = await client.listObjects(type, { namespace, labelSelector, fieldSelector });
  objects.clear();
  for (const item of items) objects.set(keyOf(item), item);
  return metadata.resourceVersion ?? '';
}

async function keepWatching(objects: Map<string, DeepReadonly<KubeObject>>, first: string, options: WatchObjectsOptions): Promise<void> {
  let resourceVersion: string | undefined = first;
  let failures = 0;
  while (!options.signal.aborted) {
    try {
      if (resourceVersion === undefined) {
        resourceVersion = await relist(objects, options);
        options.onChange();
      }
      for await (const { type, object } of await openWatch(resourceVersion, options)) {
        if (type === 'ERROR') throw new StatusError(object as meta.Status);
        const changed = object as DeepReadonly<KubeObject>;
        resourceVersion = changed.metadata.resourceVersion ?? resourceVersion;
        failures = 0;
        if (type === 'BOOKMARK') continue;
        if (type === 'DELETED') objects.delete(keyOf(changed));
        else objects.set(keyOf(changed), changed);
        options.onChange();
      }
    } catch {
      // A lost connection, a restarted server, or a history that is too old: begin again from a list.
      resourceVersion = undefined;
      failures += 1;
      await sleep(options.clock, backoffDelay(failures, BACKOFF), options.signal);
    }
  }
}

async function openWatch(resourceVersion: string, { client, type, namespace, labelSelector, fieldSelector, signal }: WatchObjectsOptions): Promise<AsyncIterable<WatchEvent>> {
  const info = await new Discovery(client.transport).resourceOf(type);
  const request: ApiRequest = {
    method: 'GET', path: resourcePath(info, { namespace }), signal, headers: { accept: 'application/json' },
    query: new URLSearchParams({ watch: '1', allowWatchBookmarks: 'true', resourceVersion, ...(labelSelector && { labelSelector }), ...(fieldSelector && { fieldSelector }) }),
  };
  const { stream } = answered(await client.transport(request), request);
  if (!stream) throw new StatusError(newStatus(500, 'InternalError', `the server answered the watch of ${info.resource} without a stream`));
  return stream as AsyncIterable<WatchEvent>;
}
