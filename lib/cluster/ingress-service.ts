import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { Edge } from '../ingress/edge';
import { EdgeNode } from '../ingress/edge-node';
import { EDGE_CONTAINER, EDGE_NAME, EDGE_USER, edgeDirectory } from '../ingress/names';
import { portsTaken } from './ingress-ports-taken';
import type { NodeService, NodeServiceContext } from './node-services';

/** The Ingress proxy of each node: its files, its reloads, and whether its ports are free. */
export const ingressService: NodeService = {
  name: 'ingress',

  async start(context, signal) {
    const { runtime, nodeName, nodeAddress, gateway, as, clock, logger } = context;
    const { informers, events } = as('system:twelve-ingress');
    const edge = new Edge({
      directory: edgeDirectory(runtime, nodeName), owner: EDGE_USER, nameServers: [gateway], defaultCertificate: await defaultCertificate(context.directory, clock.now()),
      check: (file) => check(context, file), clock, logger,
    });
    const node = new EdgeNode({
      nodeName, node: as(`system:node:${nodeName}`, 'system:nodes').client, informers, events, edge, clock, logger,
      portsTaken: ({ http, https }) => portsTaken([http, https], { runtime, nodeAddress, services: informers.lister.list('Service') }),
    });
    context.beforePodStops((podIp) => node.endpointGone(podIp));
    await informers.start(signal);
    void node.run(signal);
  },

  async remove(runtime, nodeName) {
    const directory = edgeDirectory(runtime, nodeName);
    await fs.rm(directory, { recursive: true, force: true });
    const above = [1, 2, 3].map((levels) => path.resolve(directory, ...Array<string>(levels).fill('..')));
    for (const folder of above) await fs.rmdir(folder).catch(() => undefined); // others may have something there
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
