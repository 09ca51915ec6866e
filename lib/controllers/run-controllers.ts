import { setMaxListeners } from 'node:events';
import { type Clock, systemClock } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import { type Logger, silentLogger } from '../base/logger';
import { type KindName, type KindOf, resourceOf } from '../api/kinds';
import { controllerOf, keyOf, type ObjectKey } from '../api/object-key';
import { isConflict } from '../api/status-error';
import type { UserInfo } from '../api/request';
import type { Client } from '../client/client';
import { ApiEventRecorder } from '../client/event-recorder';
import { InformerFactory } from '../client/informer-factory';
import type { Change } from '../client/informers';
import { WorkQueue } from '../client/work-queue';
import type { Controller, ControllerContext, Events, Service, WatchOf } from './controller';
import type { ControllerOptions } from './controller-options';
import { Expectations } from './expectations';
import { FailureBackoff } from './failure-backoff';
import { controllers, services } from './index';

export interface ControllersConfig {
  readonly client: Client;
  /** Shared with others in the process. @default own ones */
  readonly informers?: InformerFactory;
  /** Who asks, for informers over a transport in the same process. */
  readonly user?: UserInfo;
  readonly clock?: Clock;
  readonly logger?: Logger;
  readonly options?: ControllerOptions;
  /** Names of the ones to run. @default all */
  readonly only?: readonly string[];
}

/** Runs every controller of `index.ts` until the signal aborts. Resolves when their informers have synced and work has begun. */
export async function startControllers(config: ControllersConfig, signal: AbortSignal): Promise<void> {
  const { clock = systemClock, logger = silentLogger, options = {}, client, only } = config;
  setMaxListeners(0, signal); // each queue ends with it
  const informers = config.informers ?? new InformerFactory(client, { clock, logger, user: config.user });
  const enabled = <T extends { readonly name: string }>({ name }: T) => !options.disabled?.includes(name) && (only?.includes(name) ?? true);
  const common = { client, informers, clock, options, lister: informers.lister, startedAt: clock.now() };

  const begin = [
    ...controllers.filter(enabled).map((controller) => prepare(controller, common, logger.child({ controller: controller.name }), signal)),
    ...services.filter(enabled).map((service) => prepareService(service, common, logger.child({ controller: service.name }), signal)),
  ];
  await informers.start(signal);
  if (!signal.aborted) for (const start of begin) start();
}

type Common = Pick<ControllerContext, 'client' | 'informers' | 'clock' | 'options' | 'lister' | 'startedAt'>;

const FAILURE_BACKOFF = { initial: 1000, maximum: 900_000 };

function prepare(controller: Controller, common: Common, logger: Logger, signal: AbortSignal): () => void {
  const queue: WorkQueue = new WorkQueue({
    clock: common.clock,
    concurrency: controller.concurrency,
    process: (key) => controller.sync(key, context),
    onError: (key, error, failures) => (isConflict(error) ? logger.debug('changed meanwhile; trying again', { key, failures }) : logger.warn('sync failed; trying again', { key, error, failures })),
  });
  const context: ControllerContext = {
    ...common, logger,
    events: eventsOf(controller.name, common, logger),
    expectations: new Expectations(common.clock),
    failures: new FailureBackoff(common.clock, FAILURE_BACKOFF),
    requeueAfter: (key, milliseconds) => queue.addAfter(key, milliseconds),
    enqueue: (key) => queue.add(key),
  };
  for (const watch of controller.watches) {
    common.informers.onChange(watch.kind, (change) => {
      for (const key of keysOf(watch as WatchOf<KindName>, change, context)) {
        const wait = controller.settle?.(key, context) ?? 0;
        if (wait > 0) queue.addAfter(key, wait);
        else queue.add(key);
      }
    });
  }
  return () => queue.start(signal);
}

function prepareService(service: Service, common: Common, logger: Logger, signal: AbortSignal): () => void {
  const nothing = () => undefined;
  const context = { ...common, logger, events: eventsOf(service.name, common, logger), expectations: new Expectations(common.clock), failures: new FailureBackoff(common.clock, FAILURE_BACKOFF), requeueAfter: nothing, enqueue: nothing };
  return service.start(context, signal);
}

function eventsOf(component: string, { client, clock }: Common, logger: Logger): Events {
  const recorder = new ApiEventRecorder({ client, component, clock, logger });
  return {
    normal: (object, reason, message) => recorder.event(object, 'Normal', reason, message),
    warning: (object, reason, message) => recorder.event(object, 'Warning', reason, message),
  };
}

function keysOf(watch: WatchOf<KindName>, change: Change<DeepReadonly<KindOf<KindName>>>, context: ControllerContext): Iterable<ObjectKey> {
  const { object } = change;
  switch (watch.enqueue) {
    case 'self': return [keyOf(object)];
    case 'owner': return ownerKeys(watch.ownerKind ?? '', change, context);
    case 'nothing': return [];
    default: return watch.enqueue(object, context, change);
  }
}

/** The owner now and the one before (an object that was released changes what its former owner has). */
function ownerKeys(ownerKind: string, change: Change<DeepReadonly<KindOf<KindName>>>, { expectations }: ControllerContext): readonly ObjectKey[] {
  const owners = [change.object, ...(change.type === 'modified' ? [change.old] : [])].map((object) => ownerKey(object, ownerKind));
  const [owner] = owners;
  if (owner && change.type === 'added') expectations.created(owner);
  if (owner && (change.type === 'deleted' || change.object.metadata.deletionTimestamp)) expectations.deleted(owner, change.object.metadata.uid ?? '');
  return [...new Set(owners.filter((key) => key !== undefined))];
}

function ownerKey(object: DeepReadonly<KindOf<KindName>>, ownerKind: string): ObjectKey | undefined {
  const reference = controllerOf(object);
  if (!reference || reference.kind !== ownerKind) return undefined;
  return resourceOf(ownerKind).namespaced ? `${object.metadata.namespace}/${reference.name}` : reference.name;
}
