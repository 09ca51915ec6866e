import type { DeepReadonly } from '../base/deep-readonly';
import type { KindName, KindOf } from '../api/kinds';
import type { ObjectKey } from '../api/object-key';
import type { ObjectReference } from './client';

/** The local copy of what an API server holds, kept fresh by watches. Everything that comes out is shared: read only. */
export interface Lister {
  tryGet<K extends KindName>(kind: K, key: ObjectKey | ObjectReference): DeepReadonly<KindOf<K>> | undefined;
  /** @param namespace all namespaces when left out */
  list<K extends KindName>(kind: K, namespace?: string): readonly DeepReadonly<KindOf<K>>[];
}

export type Change<T> =
  | { readonly type: 'added'; readonly object: T }
  | { readonly type: 'modified'; readonly object: T; readonly old: T }
  | { readonly type: 'deleted'; readonly object: T };

/**
 * One shared list-and-watch per kind. Restarts with backoff after any failure and relists after 410; listeners then see only real changes.
 * `new InformerFactory(client, …)` has no side effects.
 */
export interface Informers {
  readonly lister: Lister;
  /**
   * Makes sure the kind is watched, and calls the listener for each change (for what exists already: 'added'). Listeners are called synchronously, in order,
   * and must not throw. To be called before `start`, or later (then it starts watching at once). Returns the function that removes the listener.
   */
  onChange<K extends KindName>(kind: K, listener: (change: Change<DeepReadonly<KindOf<K>>>) => void): () => void;
  /** Watch only what the selector selects (a kubelet: `spec.nodeName=…`). One selector per kind; to be called before `start`. */
  restrict(kind: KindName, query: { readonly fieldSelector?: string; readonly labelSelector?: string }): void;
  /**
   * Watches one object alone, for those who may not list the kind; shared by everybody who follows it. The listener hears of each change (for what exists already:
   * 'added'), and the lister's `tryGet` knows the object. Returns what ends it. May be called only after `start`.
   */
  followObject(kind: KindName, reference: ObjectReference, listener: () => void): () => void;
  hasSynced(kind: KindName): boolean;
  /** Resolves when every kind asked for so far has its first list. Ends all watches when the signal aborts. */
  start(signal: AbortSignal): Promise<void>;
}

/** Writes Events with upstream's aggregation (same object, reason, message: `count` rises). Never rejects; failures are logged. */
export interface EventRecorder {
  event(object: DeepReadonly<EventSubject>, type: 'Normal' | 'Warning', reason: string, message: string): void;
}

export interface EventSubject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name?: string; readonly namespace?: string; readonly uid?: string; readonly resourceVersion?: string };
  /** `spec.containers{web}` for events about a container. */
  readonly fieldPath?: string;
}
