import type { Clock } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import type { Logger } from '../base/logger';
import type { KindName, KindOf } from '../api/kinds';
import type { ObjectKey } from '../api/object-key';
import type { Client } from '../client/client';
import type { Change, EventSubject } from '../client/informers';
import type { IndexedLister, InformerFactory } from '../client/informer-factory';
import type { ControllerOptions } from './controller-options';
import type { Expectations } from './expectations';
import type { FailureBackoff } from './failure-backoff';

/**
 * Brings what is closer to what is asked for, one key at a time. `sync` looks at the informers' copies only, computes, then acts; whatever it throws
 * is tried again with backoff. It may be called at any time and any number of times with the same result.
 */
export interface Controller {
  /** As `kubectl describe` shows it beside events: `deployment-controller`. */
  readonly name: string;
  readonly watches: readonly Watch[];
  /** Keys worked on at the same time. @default 8 */
  readonly concurrency?: number;
  /** How long, in milliseconds, changes of a key are collected before it is looked at: where one look at thousands of pods is expensive. @default 0 */
  settle?(key: ObjectKey, context: ControllerContext): number;
  sync(key: ObjectKey, context: ControllerContext): Promise<void>;
}

/** What has to run for longer than a sync: watches resources that only discovery knows. */
export interface Service {
  readonly name: string;
  /** Registers its watches; returns what is to be called when the informers have synced. Ends with the signal. */
  start(context: ControllerContext, signal: AbortSignal): () => void;
}

/** Which changes wake the controller, and for which key. */
export type Watch = { [K in KindName]: WatchOf<K> }[KindName];

export interface WatchOf<K extends KindName> {
  readonly kind: K;
  /**
   * `self`: the object's own key. `owner`: the key of its controller, if that is of `ownerKind`; creations and deletions count for `expectations`.
   * `nothing`: only kept in the lister. A function: these keys (`old` is what a modified object was).
   */
  readonly enqueue: 'self' | 'owner' | 'nothing' | ((object: DeepReadonly<KindOf<K>>, context: ControllerContext, change: Change<DeepReadonly<KindOf<K>>>) => Iterable<ObjectKey>);
  readonly ownerKind?: string;
}

export interface ControllerContext {
  readonly lister: IndexedLister;
  readonly client: Client;
  readonly events: Events;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly options: ControllerOptions;
  readonly expectations: Expectations;
  /** The controller's own: one second after the first failure of a key, a quarter of an hour at most. */
  readonly failures: FailureBackoff;
  readonly informers: InformerFactory;
  /** When this process began to look, in milliseconds: what is older was not overseen. */
  readonly startedAt: number;
  /** Looks at the key again after so many milliseconds. */
  requeueAfter(key: ObjectKey, milliseconds: number): void;
  enqueue(key: ObjectKey): void;
}

export interface Events {
  normal(object: DeepReadonly<EventSubject>, reason: string, message: string): void;
  warning(object: DeepReadonly<EventSubject>, reason: string, message: string): void;
}
