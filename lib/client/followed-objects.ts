import type { Clock } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import type { Logger } from '../base/logger';
import type { ResourceInfo } from '../api/kinds';
import { keyOf, type ObjectKey } from '../api/object-key';
import type { Transport, UserInfo } from '../api/request';
import type { KubeObject } from '../api/types';
import type { ObjectReference } from './client';
import { Informer, type Listener } from './informer';

interface Followed {
  readonly informer: Informer;
  readonly end: AbortController;
  followers: number;
}

export interface FollowedObjectsOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly user?: UserInfo;
}

/** Watches of single objects, for those who may not list the kind: one per object, shared by its followers, ended with the last of them. */
export class FollowedObjects {
  private readonly followed = new Map<string, Followed>();

  constructor(private readonly options: FollowedObjectsOptions) {}

  follow(info: ResourceInfo, reference: ObjectReference, listener: Listener, signal: AbortSignal): () => void {
    const id = idOf(info, keyOf({ metadata: reference }));
    const entry = this.followed.get(id) ?? this.begin(id, info, reference, signal);
    entry.followers += 1;
    const unsubscribe = entry.informer.onChange(listener);
    let following = true;
    return () => {
      if (!following) return;
      following = false;
      unsubscribe();
      entry.followers -= 1;
      if (entry.followers > 0) return;
      entry.end.abort();
      this.followed.delete(id);
    };
  }

  /** undefined also before the first answer. */
  tryGet(info: ResourceInfo, key: ObjectKey): DeepReadonly<KubeObject> | undefined {
    return this.followed.get(idOf(info, key))?.informer.cache.get(key);
  }

  private begin(id: string, info: ResourceInfo, { namespace, name }: ObjectReference, signal: AbortSignal): Followed {
    const informer = new Informer({ ...this.options, info, namespace, query: { fieldSelector: `metadata.name=${name}` } });
    const entry: Followed = { informer, end: new AbortController(), followers: 0 };
    this.followed.set(id, entry);
    void informer.run(AbortSignal.any([signal, entry.end.signal]));
    return entry;
  }
}

const idOf = ({ group, resource }: ResourceInfo, key: ObjectKey) => `${group}/${resource}/${key}`;
