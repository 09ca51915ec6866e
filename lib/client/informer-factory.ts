import { setMaxListeners } from 'node:events';
import { type Clock, systemClock } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import { type Logger, silentLogger } from '../base/logger';
import { type KindName, type KindOf, type ResourceInfo, resourceOf } from '../api/kinds';
import { keyOf, type ObjectKey } from '../api/object-key';
import type { Transport, UserInfo } from '../api/request';
import type { KubeObject } from '../api/types';
import type { ObjectReference } from './client';
import { FollowedObjects } from './followed-objects';
import { Informer } from './informer';
import type { Change, Informers, Lister } from './informers';
import type { ObjectCache } from './object-cache';

/** A lister that also finds what belongs to an owner, without looking at the whole namespace. */
export interface IndexedLister extends Lister {
  /** Objects whose controller (`ownerReferences[].controller`) has this uid. */
  ownedBy<K extends KindName>(kind: K, uid: string): readonly DeepReadonly<KindOf<K>>[];
  /** Objects of the namespace that no controller owns. */
  withoutController<K extends KindName>(kind: K, namespace: string): readonly DeepReadonly<KindOf<K>>[];
}

export interface InformerFactoryOptions {
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Who asks, for transports in the same process. */
  readonly user?: UserInfo;
}

/** The informers of one process or component: one list and watch per kind, shared by everybody who asks for it. */
export class InformerFactory implements Informers {
  readonly lister: IndexedLister;
  private readonly informers = new Map<string, Informer>();
  private readonly running = new Map<string, AbortController>();
  private signal: AbortSignal | undefined;
  private followed: FollowedObjects | undefined;

  constructor(private readonly client: { readonly transport: Transport }, private readonly options: InformerFactoryOptions = {}) {
    const cacheOf = (kind: KindName) => this.cacheOf(kind);
    this.lister = {
      tryGet: <K extends KindName>(kind: K, key: ObjectKey | ObjectReference) => this.tryGet(kind, typeof key === 'string' ? key : keyOf({ metadata: key })) as DeepReadonly<KindOf<K>> | undefined,
      list: <K extends KindName>(kind: K, namespace?: string) => typed<K>(cacheOf(kind).list(namespace)),
      ownedBy: <K extends KindName>(kind: K, uid: string) => typed<K>(cacheOf(kind).ownedBy(uid)),
      withoutController: <K extends KindName>(kind: K, namespace: string) => typed<K>(cacheOf(kind).withoutController(namespace)),
    };
  }

  onChange<K extends KindName>(kind: K, listener: (change: Change<DeepReadonly<KindOf<K>>>) => void): () => void {
    return this.ensure(resourceOf(kind)).onChange(listener as (change: Change<DeepReadonly<KubeObject>>) => void);
  }

  /** As `onChange`, for a resource that discovery found. */
  onResourceChange(info: ResourceInfo, listener: (change: Change<DeepReadonly<KubeObject>>) => void): () => void {
    return this.ensure(info).onChange(listener);
  }

  /** Resolves after the first list of a resource that `onResourceChange` was called for. */
  whenSynced(info: ResourceInfo): Promise<void> {
    return this.ensure(info).sync;
  }

  /** Ends the watch of a resource that is no longer served; everybody's. */
  forget(info: ResourceInfo): void {
    this.running.get(idOf(info))?.abort();
    this.running.delete(idOf(info));
    this.informers.delete(idOf(info));
  }

  restrict(kind: KindName, query: { readonly fieldSelector?: string; readonly labelSelector?: string }): void {
    this.ensure(resourceOf(kind)).restrict(query);
  }

  followObject(kind: KindName, reference: ObjectReference, listener: () => void): () => void {
    if (!this.signal) throw new Error(`${kind} ${reference.name} cannot be followed before the informers are started`);
    const { clock = systemClock, logger = silentLogger, user } = this.options;
    this.followed ??= new FollowedObjects({ transport: this.client.transport, clock, logger, user });
    return this.followed.follow(resourceOf(kind), reference, listener, this.signal);
  }

  hasSynced(kind: KindName): boolean {
    return this.informers.get(idOf(resourceOf(kind)))?.hasSynced ?? false;
  }

  async start(signal: AbortSignal): Promise<void> {
    this.signal = signal;
    setMaxListeners(0, signal); // one listener per watch is no leak
    for (const [id, informer] of this.informers) this.run(id, informer);
    const stopped = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([stopped, Promise.all([...this.informers.values()].map(({ sync }) => sync))]);
  }

  private tryGet(kind: KindName, key: ObjectKey): DeepReadonly<KubeObject> | undefined {
    const info = resourceOf(kind);
    if (this.followed && !this.informers.has(idOf(info))) return this.followed.tryGet(info, key);
    return this.cacheOf(kind).get(key);
  }

  private cacheOf(kind: KindName): ObjectCache {
    const informer = this.informers.get(idOf(resourceOf(kind)));
    if (!informer) throw new Error(`${kind} is not watched; call onChange('${kind}', …) or add it to the watches before reading it from the lister`);
    return informer.cache;
  }

  private ensure(info: ResourceInfo): Informer {
    const id = idOf(info);
    let informer = this.informers.get(id);
    if (!informer) {
      const { clock = systemClock, logger = silentLogger, user } = this.options;
      informer = new Informer({ transport: this.client.transport, info, clock, logger, user });
      this.informers.set(id, informer);
      if (this.signal) this.run(id, informer);
    }
    return informer;
  }

  private run(id: string, informer: Informer): void {
    if (this.running.has(id) || !this.signal) return;
    const own = new AbortController();
    this.running.set(id, own);
    void informer.run(AbortSignal.any([this.signal, own.signal]));
  }
}

const idOf = ({ group, resource, version }: ResourceInfo) => `${group}/${version}/${resource}`;
const typed = <K extends KindName>(objects: readonly DeepReadonly<KubeObject>[]) => objects as unknown as readonly DeepReadonly<KindOf<K>>[];
