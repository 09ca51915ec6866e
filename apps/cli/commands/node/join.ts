import * as os from 'node:os';
import * as path from 'node:path';
import type { RunConfig } from '../../../../lib/cluster/join/run-joined-node';
import type { JoinedNode } from '../../../../lib/cluster/join/join-node';
import { commandClock } from '../../clock';
import { ExitError } from '../../output/output';
import { requireHost } from '../../require-host';
import { type Command, type Invocation, listOption, textOption } from '../command';
import { DEFAULT_JOIN_NAME } from './join-name';
import { parseLabels, parseTaints } from './node-options';

const DEFAULT_TAINT = 'virtual-kubelet.io/provider=docker:NoSchedule';
const DEFAULT_LABEL = 'type=virtual-kubelet';
const READY_LIMIT = 90_000;

/** `twelve node join --kubeconfig <file>`: this Docker host as a node of a cluster that others run, until Ctrl-C. */
export const nodeJoin: Command = {
  name: 'join',
  summary: 'Make this Docker host a node of the cluster of a kubeconfig, until Ctrl-C',
  options: [
    { flag: '--kubeconfig <file>', summary: 'of an administrator, or with a bootstrap token (default: $KUBECONFIG or ~/.kube/config when --context is given)' },
    { flag: '--context <name>', summary: 'this context of the kubeconfig' },
    { flag: '--name <name>', summary: 'of what is made on this host, and of the node unless --node-name is given', default: DEFAULT_JOIN_NAME },
    { flag: '--node-name <name>', summary: 'of the node (default: --name, else the name of this host)' },
    { flag: '--data-dir <folder>', summary: 'for its certificates, volumes and log (default: $XDG_DATA_HOME/twelve/<name>)' },
    { flag: '--docker-host <address>', summary: 'the Docker daemon of this host (default: $DOCKER_HOST, else unix:///var/run/docker.sock)' },
    { flag: '--taint <taint...>', summary: `key=value:effect, when the Node is made (default: ${DEFAULT_TAINT})` },
    { flag: '--no-taint', summary: 'pods need no toleration' },
    { flag: '--label <label...>', summary: `key=value on the Node (default: ${DEFAULT_LABEL})` },
    { flag: '--storage-class <name>', summary: 'make volumes on this host for claims of this class (default: as before, or none)' },
    { flag: '--load-balancer', summary: 'give Services of type LoadBalancer the address of this host (default: as before, or not)' },
    { flag: '--node-address <address>', summary: 'by which the API server reaches this host (default: that of the default route)' },
    { flag: '--pod-cidr <range>', summary: 'addresses of the node\'s pods (default: what the cluster gives the node, else a free range)' },
    { flag: '--pod-range <range>', summary: 'addresses of all pods of the cluster (default: what kubeadm wrote down, else the node\'s own)' },
    { flag: '--service-cidr <range>', summary: 'addresses of Services (default: as the API server says)' },
  ],
  examples: ['twelve node join --kubeconfig admin.conf', 'twelve node join --kubeconfig admin.conf --name worker-3 --no-taint --label disk=ssd'],

  async run(invocation) {
    const { out, target, options, environment, signal } = invocation;
    if (!target.isForeign) throw new Error('say which cluster to join with --kubeconfig <file> or --context <name>; a further host of the bundled runtime is added with: twelve node add');
    const began = Date.now();
    const dockerHost = textOption(options, 'dockerHost') ?? environment['DOCKER_HOST'];
    await requireHost(invocation, dockerHost);
    const [{ DataDirectory }, { takeLock }, { joinNode }, { runJoinedNode }, { isHostAdministrator, tryDockerSocket }, { claimRuntimeName }] = await Promise.all([
      import('../../../../lib/cluster/data-directory.js'), import('../../../../lib/cluster/lock.js'), import('../../../../lib/cluster/join/join-node.js'),
      import('../../../../lib/cluster/join/run-joined-node.js'), import('../../../../lib/cluster/host-checks.js'), import('../../../../lib/cluster/host-claims.js'),
    ]);
    if (!isHostAdministrator()) throw new Error('a node sets up the network of its pods: run the command as root');
    const directory = new DataDirectory(target.dataDirectory);
    directory.ensure();
    const unlock = takeLock(directory.lock);
    try {
      claimRuntimeName(target.name);
      const config = { ...await base(invocation), name: target.name, directory, socketPath: tryDockerSocket(dockerHost) ?? '' };
      const joined = await joinNode(config, signal);
      await new Promise<void>((resolve, reject) => {
        runJoinedNode(joined, { ...config, onFailure: tellOnce(out.note) }, () => void ready(joined, config, invocation, began).catch(reject), signal).then(resolve, reject);
      });
      out.line(`node ${joined.settings.nodeName} stopped; its containers go on, and the next join takes them up (twelve node leave removes them)`);
    } finally {
      unlock();
    }
  },
};

/** What the options say, apart from this host. */
async function base({ target, options, out }: Invocation) {
  const [{ jsonLogger }, { rotate }, { nodeNameOf }, { DataDirectory }] = await Promise.all([
    import('../../../../lib/base/logger.js'), import('../../../runtime/rotate.js'), import('../../../../lib/cluster/host-address.js'), import('../../../../lib/cluster/data-directory.js'),
  ]);
  const { server, ca, insecureSkipTlsVerify, tlsServerName, contextName } = await target.access();
  const { log } = new DataDirectory(target.dataDirectory);
  const taints = options['taint'] === false ? [] : listOption(options, 'taint');
  const labels = listOption(options, 'label');
  return {
    access: { server, ca, insecureSkipTlsVerify, tlsServerName }, user: await target.client(), kubeconfig: path.resolve(target.kubeconfig()), context: contextName,
    nodeName: textOption(options, 'nodeName') ?? (target.name === DEFAULT_JOIN_NAME ? nodeNameOf(os.hostname()) : target.name),
    nodeAddress: textOption(options, 'nodeAddress'), podCidr: textOption(options, 'podCidr'), podRange: textOption(options, 'podRange'), serviceCidr: textOption(options, 'serviceCidr'), storageClass: textOption(options, 'storageClass'), loadBalancer: options['loadBalancer'] === true ? true : undefined,
    labels: parseLabels(labels.length > 0 ? labels : [DEFAULT_LABEL]), taints: parseTaints(options['taint'] === undefined ? [DEFAULT_TAINT] : taints),
    clock: commandClock, logger: jsonLogger(rotate(log), 'info'),
    onProgress: (what: string) => out.status([what]), onWait: (what: string) => out.note(what),
  };
}

async function ready({ settings: { nodeName, server }, keys }: JoinedNode, { access, clock, directory, taints, labels }: Omit<RunConfig, 'onFailure'>, { out, signal }: Invocation, began: number): Promise<void> {
  const [{ becomesReady }, { nodeClient }] = await Promise.all([import('../../../../lib/cluster/nodes/becomes-ready.js'), import('../../../../lib/cluster/join/join-node.js')]);
  if (!await becomesReady(nodeName, nodeClient(access, keys.client), { clock, since: began, limit: READY_LIMIT }, signal)) {
    throw new ExitError(`node ${nodeName} is not Ready after ${READY_LIMIT / 1000} s; see why in ${directory.log}`, 1);
  }
  out.status([]);
  out.line(`node     ${nodeName} Ready   ${server}   ${((Date.now() - began) / 1000).toFixed(1)} s`);
  out.line(`         labels ${Object.entries(labels).map((pair) => pair.join('=')).join(', ')}; taints ${taints.map(({ key, value, effect }) => `${key}=${value ?? ''}:${effect}`).join(', ') || 'none'}`);
  out.line(`         log ${directory.log}; Ctrl-C ends it`);
}

/** The same failure is said once. */
function tellOnce(tell: (text: string) => void): (error: unknown) => void {
  let last = '';
  return (error) => {
    const message = error instanceof Error ? error.message : String(error);
    if (message !== last) tell(`the node does not start: ${message}; trying again`);
    last = message;
  };
}
