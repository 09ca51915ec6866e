import path from 'node:path';
import { systemClock } from '../../../lib/base/clock';
import { silentLogger } from '../../../lib/base/logger';
import type { Transport } from '../../../lib/api/request';
import { createClient } from '../../../lib/client/api-client';
import type { Client } from '../../../lib/client/client';
import { ApiEventRecorder } from '../../../lib/client/event-recorder';
import { InformerFactory } from '../../../lib/client/informer-factory';
import { startApiServer } from '../../../lib/cluster/api-server';
import { componentUser, transportAs } from '../../../lib/cluster/component-user';
import { startControllerManager, startScheduler } from '../../../lib/cluster/control-plane';
import { ensurePki } from '../../../lib/cluster/pki/pki';
import { freePort } from '../../../lib/cluster/ports';
import { Kubelet } from '../../../lib/kubelet/kubelet';
import { FakeCri } from '../../../lib/testing/fake-cri';
import type { ProbeAccess } from './probe';

const clock = systemClock;
const logger = silentLogger;

/** As `twelve up` composes it: SQLite on disk, HTTPS, RBAC, every controller; the nodes are kubelets on runtimes in memory. */
export async function startScaleCluster({ directory, nodeFiles, nodes }: { readonly directory: string; readonly nodeFiles: string; readonly nodes: number }, signal: AbortSignal): Promise<{ client: Client; access: ProbeAccess }> {
  const pki = await ensurePki(path.join(directory, 'pki'), { serverHosts: [], nodeName: 'node-0', nodeHosts: [], now: clock.now() });
  const port = await freePort(26443);
  const settings = { port, serviceCidr: '10.96.0.0/16' };
  const server = await startApiServer({ storeFile: path.join(directory, 'store.db'), pki, settings, advertiseAddress: '192.0.2.1', clock, logger });
  signal.addEventListener('abort', () => void server.close(), { once: true });
  const controlPlane = { transport: server.transport, options: { rootCa: pki.ca.cert, clusterCidr: '10.240.0.0/13' }, clock, logger };
  await startControllerManager(controlPlane, signal);
  await startScheduler(controlPlane, signal);
  const names = Array.from({ length: nodes }, (_, n) => `node-${n}`);
  await Promise.all(names.map((name) => startKubelet(name, server.transport, path.join(nodeFiles, name), signal)));
  const user = componentUser('kubernetes-admin');
  return {
    client: createClient(transportAs(server.transport, user), { user }),
    access: { server: `https://127.0.0.1:${port}`, ca: pki.ca.cert, cert: pki.admin.cert, key: pki.admin.key },
  };
}

async function startKubelet(nodeName: string, transport: Transport, dataDirectory: string, signal: AbortSignal): Promise<void> {
  const client = createClient(transportAs(transport, componentUser(`system:node:${nodeName}`, 'system:nodes')), { fieldManager: 'kubelet' });
  await new Kubelet({
    client, cri: new FakeCri({ clock }), nodeName, clock, logger, nodeAddress: '192.0.2.1', clusterDns: '10.96.0.10', dataDirectory, observe: () => Promise.resolve({}),
    informers: new InformerFactory(client, { clock, logger }), events: new ApiEventRecorder({ client, component: 'kubelet', host: nodeName, clock, logger }),
  }).start(signal);
}
