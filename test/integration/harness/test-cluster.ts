import { type Clock, toTime } from '../../../lib/base/clock';
import type { Logger } from '../../../lib/base/logger';
import { silentLogger } from '../../../lib/base/logger';
import type { KindName, KindOf } from '../../../lib/api/kinds';
import type { KubeObject } from '../../../lib/api/types';
import type { DeepReadonly } from '../../../lib/base/deep-readonly';
import { ApiServer } from '../../../lib/apiserver/api-server';
import { OBJECT_STORE } from '../../../lib/apiserver/store-options';
import { createClient } from '../../../lib/client/api-client';
import type { Client, ObjectReference } from '../../../lib/client/client';
import { InformerFactory } from '../../../lib/client/informer-factory';
import type { ControllerOptions } from '../../../lib/controllers/controller-options';
import { startControllers } from '../../../lib/controllers/run-controllers';
import { Scheduler } from '../../../lib/scheduler/scheduler';
import { MemoryBackend } from '../../../lib/store/memory';

const ADMIN = { username: 'system:admin', groups: ['system:masters', 'system:authenticated'] };

/** A whole control plane in this process with a node whose pods run as soon as they are scheduled. */
export interface TestCluster {
  readonly client: Client;
  /** Resolves with what the question answers, when it does; asked again after every change of anything. */
  until<T>(question: () => T | undefined | false, what: string): Promise<T>;
  readonly lister: InformerFactory['lister'];
  stop(): Promise<void>;
}

export interface TestClusterOptions {
  readonly controllers?: ControllerOptions;
  readonly nodes?: readonly string[];
  readonly logger?: Logger;
  /** Pods of these images never become ready. */
  readonly brokenImages?: readonly string[];
  /** Of the API server and the controllers. @default the system's */
  readonly clock?: Clock;
}

const WATCHED: readonly KindName[] = [
  'Deployment', 'ReplicaSet', 'Pod', 'Service', 'Endpoints', 'EndpointSlice', 'PersistentVolume', 'PersistentVolumeClaim', 'Namespace', 'ServiceAccount', 'ConfigMap', 'Node', 'Event', 'Secret',
  'StatefulSet', 'Job', 'DaemonSet', 'CronJob', 'Ingress', 'IngressClass',
];

export async function startTestCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const { logger = silentLogger, nodes = ['node1'], clock } = options;
  const backend = new MemoryBackend<KubeObject>(OBJECT_STORE);
  const server = new ApiServer({ backend, logger, clock });
  const stopping = new AbortController();
  await server.start(stopping.signal);
  const client = createClient(server.handle, { user: ADMIN });
  for (const name of ['default', 'kube-system', 'kube-node-lease']) await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

  const localVolumes = { directory: '/volumes' };
  await startControllers({ client, logger, clock, options: { rootCa: 'CA', clusterCidr: '10.244.0.0/16', loadBalancerAddresses: ['192.0.2.1'], localVolumes, ...options.controllers } }, stopping.signal);
  await new Scheduler({ client, informers: new InformerFactory(client, { logger }), logger, random: () => 0 }).start(stopping.signal);

  const informers = new InformerFactory(client, { logger });
  const questions = new Set<() => void>();
  for (const kind of WATCHED) informers.onChange(kind, () => queueMicrotask(() => questions.forEach((ask) => ask())));
  runPods(client, informers, options.brokenImages ?? []);
  await informers.start(stopping.signal);
  for (const name of nodes) await addNode(client, name);

  const cluster: TestCluster = {
    client, lister: informers.lister,
    until: (question, what) => new Promise((resolve, reject) => {
      const ask = () => {
        try {
          const answer = question();
          if (answer === undefined || answer === false) return;
          end();
          resolve(answer);
        } catch (error) {
          end();
          reject(error);
        }
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(`did not happen: ${what}\n${describe(informers)}`));
      }, 15_000);
      const end = () => {
        clearTimeout(timer);
        questions.delete(ask);
      };
      questions.add(ask);
      ask();
    }),
    stop: async () => {
      stopping.abort();
      await backend.close();
    },
  };
  await cluster.until(() => informers.lister.list('Node').filter(({ spec }) => !spec?.taints?.length).length === nodes.length, 'nodes are ready');
  return cluster;
}

export async function addNode(client: Client, name: string, allocatable: Record<string, string> = { cpu: '4', memory: '8Gi', pods: '110' }): Promise<void> {
  await client.create({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/hostname': name } } });
  await client.patch('Node', { name }, { status: { capacity: allocatable, allocatable, conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: toTime(Date.now()), lastTransitionTime: toTime(Date.now()) }] } }, { subresource: 'status' });
}

/** The kubelet that every test needs: scheduled pods run and are ready, deleted ones go. */
function runPods(client: Client, informers: InformerFactory, brokenImages: readonly string[]): void {
  let address = 1;
  const started = new Set<string>();
  informers.onChange('Pod', ({ type, object: pod }) => {
    const { namespace, name = '', uid = '', deletionTimestamp } = pod.metadata;
    if (type === 'deleted' || !pod.spec.nodeName) return;
    const reference: ObjectReference = { namespace, name };
    if (deletionTimestamp) {
      void client.tryDelete('Pod', reference, { gracePeriodSeconds: 0, preconditions: { uid } }).catch(() => undefined);
      return;
    }
    if (started.has(uid)) return;
    started.add(uid);
    const finishes = pod.spec.restartPolicy === 'Never' || pod.spec.restartPolicy === 'OnFailure';
    const ready = !pod.spec.containers.some(({ image }) => brokenImages.includes(image ?? ''));
    const podIP = `10.244.${address >> 8}.${address & 255}`;
    address += 1;
    const condition = { type: 'Ready', status: ready && !finishes ? 'True' : 'False', lastTransitionTime: toTime(Date.now()) };
    const phase = finishes ? (ready ? 'Succeeded' : 'Failed') : 'Running';
    void client.patch('Pod', reference, { metadata: { uid }, status: { phase, hostIP: '192.0.2.2', podIP, podIPs: [{ ip: podIP }], conditions: [condition] } }, { subresource: 'status' }).catch(() => undefined);
  });
}

function describe({ lister }: InformerFactory): string {
  const kinds: readonly KindName[] = ['Deployment', 'ReplicaSet', 'Pod', 'PersistentVolumeClaim', 'PersistentVolume', 'StatefulSet', 'Job'];
  const lines = kinds.flatMap((kind) => lister.list(kind).map((object) => `${kind} ${object.metadata.namespace}/${object.metadata.name} ${JSON.stringify((object as DeepReadonly<KindOf<'Pod'>>).status)}`));
  const events = lister.list('Event').map(({ involvedObject, reason, message }) => `Event ${involvedObject.kind} ${involvedObject.name} ${reason}: ${message}`);
  return [...lines, ...events].join('\n');
}
