import type { Clock } from '../base/clock';
import type { Logger } from '../base/logger';
import type { Transport } from '../api/request';
import { createClient } from '../client/api-client';
import { ApiEventRecorder } from '../client/event-recorder';
import { InformerFactory } from '../client/informer-factory';
import type { ControllerOptions } from '../controllers/controller-options';
import type { IngressPorts } from '../ingress/ingress-ports';
import { componentUser, transportAs } from './component-user';

export interface ControlPlaneConfig {
  readonly transport: Transport;
  readonly options: ControllerOptions;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface IngressConfig extends Pick<ControlPlaneConfig, 'transport' | 'clock' | 'logger'> {
  readonly runtime: string;
  readonly ports: IngressPorts;
}

/** Controllers until the signal aborts; resolves when they work. */
export async function startControllerManager({ transport, options, clock, logger }: ControlPlaneConfig, signal: AbortSignal): Promise<void> {
  const { startControllers } = await import('../controllers/run-controllers.js');
  const user = componentUser('system:kube-controller-manager');
  const client = createClient(transportAs(transport, user), { user, fieldManager: 'kube-controller-manager' });
  await startControllers({ client, user, options, clock, logger: logger.child({ part: 'controllers' }) }, signal);
}

/** The scheduler until the signal aborts; resolves when it works. */
export async function startScheduler({ transport, clock, logger }: ControlPlaneConfig, signal: AbortSignal): Promise<void> {
  const { Scheduler } = await import('../scheduler/scheduler.js');
  const user = componentUser('system:kube-scheduler');
  const client = createClient(transportAs(transport, user), { user, fieldManager: 'kube-scheduler' });
  const ownLogger = logger.child({ part: 'scheduler' });
  await new Scheduler({ client, informers: new InformerFactory(client, { clock, logger: ownLogger, user }), clock, logger: ownLogger }).start(signal);
}

/** What an Ingress needs once a cluster, until the signal aborts; resolves when it works. */
export async function startIngressController({ runtime, ports, transport, clock, logger }: IngressConfig, signal: AbortSignal): Promise<void> {
  const { IngressController } = await import('../ingress/ingress-controller.js');
  const user = componentUser('system:twelve-ingress');
  const client = createClient(transportAs(transport, user), { user, fieldManager: 'twelve-ingress' });
  const ownLogger = logger.child({ part: 'ingress-controller' });
  const informers = new InformerFactory(client, { clock, logger: ownLogger, user });
  const events = new ApiEventRecorder({ client, component: 'twelve-ingress', clock, logger: ownLogger });
  await new IngressController({ runtime, ports, client, informers, events, clock, logger: ownLogger }).start(signal);
}
