import { AsyncQueue } from '../../base/async-queue';
import type { ApiResponse, WatchEvent } from '../../api/request';
import { newStatus, StatusError } from '../../api/status-error';
import type { KubeObject } from '../../api/types';
import { StoreError, type StoreEvent } from '../../store/backend';
import type { AnyObject } from '../any-object';
import { toStatusError } from '../api-error';
import type { Call } from '../call';
import { asVersion } from '../object-storage';
import { type ListOptions, parseListOptions } from '../query-options';
import { type Resource, storagePrefix } from '../registry/resource';
import { parseSelection, type Selection, watchTerm } from '../selection';
import { shownBookmark, shownEvent } from '../watch-events';

/** A watch ends by itself after this many seconds, plus up to as many, when the client names no time. */
const MINIMUM_SECONDS = 1800;
/** How long before the end the last bookmark is sent, and how often one is sent before, in milliseconds. */
const LAST_BOOKMARK = 2000;
const BOOKMARK_PERIOD = 60_000;
/** A client with this many events waiting is cut off. */
const BUFFER = 20_000;

/** Answers at once; events follow until the time is over or the caller leaves. */
export function watch(call: Call): ApiResponse {
  const { resource, info, query } = call;
  const options = parseListOptions(query, { watch: true });
  const name = info.parts[1] ?? '';
  const selection = parseSelection(options, resource, name);
  return { status: 200, stream: new WatchSession(call, options, selection).events };
}

class WatchSession {
  private readonly ending = new AbortController();
  private readonly queue = new AsyncQueue<WatchEvent>(() => this.end());
  private cancelTimers: (() => void)[] = [];
  private seen: number;
  private isFirst = true;

  constructor(private readonly call: Call, options: ListOptions, private readonly selection: Selection) {
    const { server: { storage, clock, random }, request } = call;
    const seconds = options.timeoutSeconds || MINIMUM_SECONDS * (1 + random());
    this.cancelTimers.push(clock.setTimer(seconds * 1000, () => this.end()));
    request.signal?.addEventListener('abort', () => this.end(), { once: true });
    if (options.allowWatchBookmarks) {
      this.cancelTimers.push(clock.setTimer(Math.max(0, seconds * 1000 - LAST_BOOKMARK), () => this.bookmark()));
      if (seconds * 1000 > BOOKMARK_PERIOD + LAST_BOOKMARK) this.bookmarkLater();
    }
    this.seen = options.revision || storage.backend.revision;
    if (options.revision === 0) this.pushState();
    if (request.signal?.aborted) this.end();
    else void this.pump();
  }

  get events(): AsyncIterable<WatchEvent> {
    return this.queue;
  }

  private end(): void {
    this.ending.abort();
    this.queue.end();
    for (const cancel of this.cancelTimers.splice(0)) cancel();
  }

  private pushState(): void {
    const { server: { storage }, resource, info } = this.call;
    for (const { value } of storage.backend.list(storagePrefix(resource, info.namespace)).entries) {
      const object = asVersion(value, resource) as AnyObject;
      if (this.selection.matches(object)) this.queue.push(this.shown({ type: 'ADDED', object }));
    }
  }

  private async pump(): Promise<void> {
    const { server: { storage }, resource, info } = this.call;
    try {
      const term = watchTerm(this.selection, resource, info.namespace);
      for await (const change of storage.backend.watch(storagePrefix(resource, info.namespace), { after: this.seen, term, signal: this.ending.signal })) {
        this.seen = change.revision;
        const event = selectedEvent(change, resource, this.selection);
        if (event) this.queue.push(this.shown(event));
        if (this.queue.length > BUFFER) throw new StoreError('Expired', `too old resource version: ${this.seen} (${storage.backend.revision})`);
      }
    } catch (error) {
      this.queue.push({ type: 'ERROR', object: watchError(error).status });
    }
    this.end();
  }

  private shown(event: Parameters<typeof shownEvent>[1]): WatchEvent {
    const first = this.isFirst;
    this.isFirst = false;
    return shownEvent(this.call, event, first);
  }

  private bookmark(): void {
    this.queue.push(shownBookmark(this.call, this.seen));
  }

  private bookmarkLater(): void {
    this.cancelTimers.push(this.call.server.clock.setTimer(BOOKMARK_PERIOD, () => {
      this.bookmark();
      this.bookmarkLater();
    }));
  }
}

/** What a change means to somebody who sees only the selected objects: entering is ADDED, leaving is DELETED. */
export function selectedEvent(change: StoreEvent<KubeObject>, resource: Resource, { matches, everything }: Selection): { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: AnyObject } | undefined {
  const object = asVersion(change.value, resource) as AnyObject;
  if (change.type === 'DELETE') return everything || matches(object) ? { type: 'DELETED', object } : undefined;
  if (everything) return { type: change.previous ? 'MODIFIED' : 'ADDED', object };
  const before = change.previous && (asVersion(change.previous, resource) as AnyObject);
  const wasSelected = before !== undefined && matches(before);
  if (matches(object)) return { type: wasSelected ? 'MODIFIED' : 'ADDED', object };
  if (!wasSelected) return undefined;
  return { type: 'DELETED', object: { ...before, metadata: { ...before.metadata, resourceVersion: object.metadata.resourceVersion } } };
}

function watchError(error: unknown): StatusError {
  return error instanceof StoreError && error.reason === 'Expired' ? new StatusError(newStatus(410, 'Expired', error.message)) : toStatusError(error);
}
