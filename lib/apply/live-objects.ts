import type { DeepReadonly } from '../base/deep-readonly';
import { StatusError } from '../api/status-error';
import type { KubeObject } from '../api/types';
import type { Client } from '../client/client';
import { RELEASE_TYPE } from './releases/release';

type Live = DeepReadonly<KubeObject> | undefined;

/** From so many of a kind in a namespace on, one list is less work for everybody than a request for each. */
const WORTH_A_LIST = 3;
/** A list may hold so many others for each that is wanted; what is in a crowd is asked for by name. */
const CROWD = 10;
/** They are large, and nobody wants them here. */
const RELEASES = `type!=${RELEASE_TYPE},type!=helm.sh/release.v1`;

/**
 * Reads objects as they are in the cluster, undefined where there is none: those of one kind in one namespace by one list, a few or some in a crowd one by one, and so
 * for who may not list. Rejects as the client does.
 */
export function liveObjects(client: Client, wanted: readonly DeepReadonly<KubeObject>[]): (object: DeepReadonly<KubeObject>) => Promise<Live> {
  const counts = new Map<string, number>();
  for (const object of wanted) counts.set(groupOf(object), (counts.get(groupOf(object)) ?? 0) + 1);
  const lists = new Map<string, Promise<ReadonlyMap<string, Live> | undefined>>();
  const listOf = (object: DeepReadonly<KubeObject>) => {
    const key = groupOf(object);
    const count = counts.get(key) ?? 0;
    if (count < WORTH_A_LIST) return undefined;
    const list = lists.get(key) ?? tryList(client, object, count * CROWD);
    lists.set(key, list);
    return list;
  };
  return async (object) => {
    const { namespace, name = '' } = object.metadata;
    const list = await listOf(object);
    return list ? list.get(name) : client.tryGetObject(object, { namespace, name });
  };
}

const groupOf = ({ apiVersion, kind, metadata: { namespace = '' } }: DeepReadonly<KubeObject>) => `${apiVersion} ${kind} ${namespace}`;

async function tryList(client: Client, object: DeepReadonly<KubeObject>, limit: number): Promise<ReadonlyMap<string, Live> | undefined> {
  try {
    const { items, metadata } = await client.listObjects(object, { namespace: object.metadata.namespace, limit, ...(object.kind === 'Secret' && object.apiVersion === 'v1' && { fieldSelector: RELEASES }) });
    return metadata.continue ? undefined : new Map(items.map((item) => [item.metadata.name ?? '', item]));
  } catch (error) {
    if (error instanceof StatusError) return undefined;
    throw error;
  }
}
