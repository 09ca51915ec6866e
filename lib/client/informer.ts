import { backoffDelay } from '../base/backoff';
import { type Clock, sleep } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import type { Logger } from '../base/logger';
import { apiVersionOf, type ResourceInfo, resourcePath } from '../api/kinds';
import { keyOf } from '../api/object-key';
import type { ApiRequest, Transport, UserInfo, WatchEvent } from '../api/request';
import { isExpired, newStatus, StatusError } from '../api/status-error';
import type { KubeObject, meta } from '../api/types';
import { answered, isStatus } from './answered';
import { withType } from './api-client';
import type { Change } from './informers';
import { ObjectCache } from './object-cache';

type Object = DeepReadonly<KubeObject>;
export type Listener = (change: Change<Object>) => void;

export interface InformerOptions {
  readonly transport: Transport;
  readonly info: ResourceInfo;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly user?: UserInfo;
  /** @default all namespaces */
  readonly namespace?: string;
  readonly query?: { readonly fieldSelector?: string; readonly labelSelector?: string };
  /** 0 to 1; spreads the ends of watches. @default Math.random */
  readonly random?: () => number;
}

const BACKOFF = { initial: 200, maximum: 30_000 };
/** A real API server ends watches after this long at the latest; asking for it keeps dead connections from being believed for ever. */
const WATCH_SECONDS = 300;

/** The list and watch of one resource: keeps a cache, tells listeners real changes only, and never gives up until the signal aborts. */
export class Informer {
  readonly cache = new ObjectCache();
  private readonly listeners = new Set<Listener>();
  private query: InformerOptions['query'];
  private resourceVersion: string | undefined;
  private synced = false;
  private readonly whenSynced: Promise<void>;
  private markSynced: () => void = () => undefined;

  constructor(private readonly options: InformerOptions) {
    this.query = options.query;
    this.whenSynced = new Promise((resolve) => { this.markSynced = resolve; });
  }

  get hasSynced(): boolean {
    return this.synced;
  }

  /** Resolves after the first list. */
  get sync(): Promise<void> {
    return this.whenSynced;
  }

  restrict(query: InformerOptions['query']): void {
    this.query = query;
  }

  /** The listener first gets what is known already. */
  onChange(listener: Listener): () => void {
    for (const object of this.cache.list()) listener({ type: 'added', object });
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger, info } = this.options;
    for (let failures = 0; !signal.aborted;) {
      try {
        if (this.resourceVersion === undefined) await this.relist(signal);
        const lasted = await this.watch(signal);
        failures = lasted > 1000 ? 0 : failures + 1;
        if (failures > 1) await sleep(clock, backoffDelay(failures - 1, BACKOFF), signal); // ends at once, again and again
      } catch (error) {
        if (signal.aborted) return;
        if (isExpired(error)) this.resourceVersion = undefined; // too far behind: list again, at once the first time
        failures += 1;
        if (failures > 1 || !isExpired(error)) {
          logger.warn('watch failed; trying again', { resource: info.resource, error, failures });
          await sleep(clock, backoffDelay(failures, BACKOFF), signal);
        }
      }
    }
  }

  private async relist(signal: AbortSignal): Promise<void> {
    const { transport, info } = this.options;
    const request = this.request(new URLSearchParams(), signal);
    const list = answered(await transport(request), request).body as { readonly metadata: meta.ListMeta; readonly items?: readonly Object[] | null };
    const gone = new Set(this.cache.keys());
    for (const item of list.items ?? []) {
      const object = withType(item, info);
      gone.delete(keyOf(object));
      this.put(object);
    }
    for (const key of gone) this.remove(key);
    this.resourceVersion = list.metadata.resourceVersion ?? '';
    if (!this.synced) {
      this.synced = true;
      this.markSynced();
    }
  }

  /** Returns when the server ends the watch: after how many milliseconds. */
  private async watch(signal: AbortSignal): Promise<number> {
    const { transport, clock, random = Math.random } = this.options;
    const started = clock.now();
    const request = this.request(new URLSearchParams({
      watch: 'true', allowWatchBookmarks: 'true', resourceVersion: this.resourceVersion ?? '', timeoutSeconds: String(Math.round(WATCH_SECONDS * (1 + random()))),
    }), signal);
    const response = answered(await transport(request), request);
    if (!response.stream) throw new Error(`the server answered a watch of ${this.options.info.resource} without a stream`);
    for await (const event of response.stream as AsyncIterable<WatchEvent>) {
      if (signal.aborted) break;
      this.apply(event);
    }
    return clock.now() - started;
  }

  private apply({ type, object: received }: WatchEvent): void {
    if (type === 'ERROR') throw new StatusError(isStatus(received) ? received : newStatus(500, 'InternalError', 'the watch ended with an error without a Status'));
    const object = withType(received as Object, this.options.info);
    this.resourceVersion = object.metadata.resourceVersion ?? this.resourceVersion;
    if (type === 'DELETED') this.remove(keyOf(object), object);
    else if (type !== 'BOOKMARK') this.put(object);
  }

  private put(object: Object): void {
    const old = this.cache.get(keyOf(object));
    if (old?.metadata.resourceVersion === object.metadata.resourceVersion && old?.metadata.uid === object.metadata.uid) return;
    this.cache.set(object);
    if (old && old.metadata.uid !== object.metadata.uid) this.tell({ type: 'deleted', object: old }); // recreated while nobody looked
    this.tell(old && old.metadata.uid === object.metadata.uid ? { type: 'modified', object, old } : { type: 'added', object });
  }

  private remove(key: string, last?: Object): void {
    const old = this.cache.get(key);
    if (!old) return;
    this.cache.delete(key);
    this.tell({ type: 'deleted', object: last ?? old });
  }

  private tell(change: Change<Object>): void {
    for (const listener of this.listeners) {
      try {
        listener(change);
      } catch (error) {
        this.options.logger.error('a listener of changes threw', { kind: apiVersionOf(this.options.info), error });
      }
    }
  }

  private request(query: URLSearchParams, signal: AbortSignal): ApiRequest {
    if (this.query?.fieldSelector) query.set('fieldSelector', this.query.fieldSelector);
    if (this.query?.labelSelector) query.set('labelSelector', this.query.labelSelector);
    return { method: 'GET', path: resourcePath(this.options.info, { namespace: this.options.namespace }), query, headers: { accept: 'application/json' }, user: this.options.user, signal };
  }
}
