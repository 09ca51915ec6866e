import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { DeepReadonly } from '../base/deep-readonly';
import { keyOf } from '../api/object-key';
import type { Service } from '../api/types';
import { Edge } from '../ingress/edge';
import { EdgeNode } from '../ingress/edge-node';
import { EDGE_CONTAINER, EDGE_NAME, EDGE_USER, edgeDirectory } from '../ingress/names';
import type { NodeService, NodeServiceContext } from './node-services';
import { isPortFree, tryPortOwner } from './ports';

/** The Ingress proxy of each node: its files, its reloads, and whether its ports are free. */
export const ingressService: NodeService = {
  name: 'ingress',

  async start(context, signal) {
    const { runtime, nodeName, nodeAddress, gateway, as, clock, logger } = context;
    const { informers, events } = as('system:twelve-ingress');
    const edge = new Edge({
      directory: edgeDirectory(runtime), owner: EDGE_USER, nameServers: [gateway], defaultCertificate: await defaultCertificate(context.directory, clock.now()),
      check: (file) => check(context, file), clock, logger,
    });
    const node = new EdgeNode({
      nodeName, node: as(`system:node:${nodeName}`, 'system:nodes').client, informers, events, edge, clock, logger,
      portsTaken: async ({ http, https }) => balancedPort([http, https], nodeAddress, informers.lister.list('Service')) ?? portsTaken([http, https]),
    });
    context.beforePodStops((podIp) => node.endpointGone(podIp));
    await informers.start(signal);
    void node.run(signal);
  },

  async remove(runtime) {
    await fs.rm(edgeDirectory(runtime), { recursive: true, force: true });
    const above = path.dirname(edgeDirectory(runtime));
    for (const folder of [above, path.dirname(above)]) await fs.rmdir(folder).catch(() => undefined); // others may have something there
  },
};

/** `haproxy -c` in the pod of this node. */
async function check({ cri }: NodeServiceContext, file: string): Promise<string | undefined> {
  const containers = await cri.listContainers();
  const running = containers.find(({ pod, name, state }) => pod.namespace === 'kube-system' && pod.name.startsWith(`${EDGE_NAME}-`) && name === EDGE_CONTAINER && state === 'running');
  if (!running) return undefined;
  const { exitCode, stdout, stderr } = await cri.execSync(running.id, ['haproxy', '-c', '-f', file], 30);
  return exitCode === 0 ? '' : alerts(`${stdout}\n${stderr}`) || `haproxy -c ended with ${exitCode}`;
}

/** What is wrong, without what every failed check says. */
function alerts(output: string): string {
  const said = output.split('\n').filter((line) => line.includes('[ALERT]') && !/Error\(s\) found|Fatal errors found/.test(line));
  return said.map((line) => line.replace(/^.*?\[ALERT\]\s+\(\d+\) : (config : )?(parsing \[[^\]]*\] : )?/, '')).join('; ');
}

const OPTIONS = '--ingress-http-port <port> --ingress-https-port <port>';

async function portsTaken(ports: readonly number[]): Promise<string | undefined> {
  for (const port of ports) {
    if (await isPortFree(port, '0.0.0.0')) continue;
    return `port ${port} of this host is in use${owner(tryPortOwner(port))}; end that program, or choose other ports: twelve up ${OPTIONS}`;
  }
  return undefined;
}

/** A LoadBalancer Service that came first keeps its port. */
function balancedPort(ports: readonly number[], address: string, services: readonly DeepReadonly<Service>[]): string | undefined {
  for (const service of services) {
    const taken = service.status?.loadBalancer?.ingress?.some(({ ip }) => ip === address) ? service.spec.ports?.find(({ port, protocol = 'TCP' }) => protocol === 'TCP' && ports.includes(port)) : undefined;
    if (taken) return `port ${taken.port} of this host is that of the LoadBalancer Service ${keyOf(service)}; give it another port, or choose other ones: twelve up ${OPTIONS}`;
  }
  return undefined;
}

const owner = (program: string | undefined) => (program ? ` by ${program}` : '');

/** Self-signed, made once a node. */
async function defaultCertificate(directory: string, now: number): Promise<string> {
  const file = path.join(directory, 'ingress-default.pem');
  const known = await fs.readFile(file, 'utf8').catch(() => undefined);
  if (known) return known;
  const { createCertificateAuthority, issueCertificate } = await import('./pki/certificate-authority.js');
  const commonName = 'twelve Ingress default certificate';
  const { cert, key } = await issueCertificate(await createCertificateAuthority(commonName, now), { commonName, hosts: ['ingress.local'], usage: 'server' }, now);
  await fs.mkdir(directory, { recursive: true, mode: 0o700 });
  await fs.writeFile(`${file}.new`, cert + key, { mode: 0o600 });
  await fs.rename(`${file}.new`, file);
  return cert + key;
}
