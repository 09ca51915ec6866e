import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { DataDirectory } from '../../../lib/cluster/data-directory';
import { parseDuration } from '../output/duration';
import { ExitError } from '../output/output';
import { requireHost } from '../require-host';
import { startRuntime } from '../runtime-process';
import { type Command, type Invocation, textOption } from './command';
import { runtimeOptions } from './target-options';

const NODE_READY_LIMIT = 60_000;

/** `twelve up`: starts the bundled runtime and waits until it can run pods. Running already: says so. */
export const up: Command = {
  name: 'up',
  summary: 'Start the bundled runtime (a small Kubernetes on this Docker host)',
  options: [
    ...runtimeOptions,
    { flag: '--port <port>', summary: 'port of the API on 127.0.0.1 (default: as before, or 6443, or a free one)' },
    { flag: '--pod-cidr <range>', summary: 'addresses of pods (default: as before, or a free range)' },
    { flag: '--service-cidr <range>', summary: 'addresses of Services (default: as before, or a free range)' },
    { flag: '--ingress-http-port <port>', summary: 'port of every host for Ingresses (default: as before, or 80)' },
    { flag: '--ingress-https-port <port>', summary: 'the same with TLS (default: as before, or 443)' },
    { flag: '--node-monitor-grace-period <duration>', summary: 'a node that is not heard of for so long is lost (default: as before, or 40s)' },
    { flag: '--kubelet-config <file>', summary: 'how this node behaves: a KubeletConfiguration of Kubernetes (default: as before)' },
    { flag: '--node-address <address>', summary: 'address of this host that other Docker hosts reach (default: as before, or that of the default route)' },
  ],
  examples: ['twelve up', 'twelve up --name ci --port 7443'],

  async run(invocation) {
    const { out, target, options, environment } = invocation;
    const port = portOption(options, 'port');
    const ingressPorts = { http: portOption(options, 'ingressHttpPort'), https: portOption(options, 'ingressHttpsPort') };
    const [{ DataDirectory }, { tryLockHolder }, { tryReadSettings }, { tryDockerSocket }] = await Promise.all([
      import('../../../lib/cluster/data-directory.js'), import('../../../lib/cluster/lock.js'), import('../../../lib/cluster/settings.js'), import('../../../lib/cluster/host-checks.js'),
    ]);
    const directory = new DataDirectory(target.dataDirectory);
    const holder = tryLockHolder(directory.lock);
    const began = Date.now();
    const { isHostAdministrator } = await import('../../../lib/cluster/host-checks.js');
    const inContainer = !isHostAdministrator();
    const kubeletConfig = textOption(options, 'kubeletConfig');
    if (holder && kubeletConfig) throw new ExitError(`--kubelet-config is read when ${target.name} starts, and it runs (pid ${holder.pid}); end it first with: twelve stop`, 1);
    if (!holder) {
      if (kubeletConfig) await keepKubeletConfiguration(directory, path.resolve(kubeletConfig));
      await requireHost(invocation);
      await requirePort(port ?? tryReadSettings(directory)?.port, port !== undefined);
      out.status([`starting  ${target.name}`]);
      const start = startRuntime({
        name: target.name, directory, port, podCidr: textOption(options, 'podCidr'), serviceCidr: textOption(options, 'serviceCidr'), nodeAddress: textOption(options, 'nodeAddress'), nodeMonitorGraceSeconds: gracePeriod(options), ingressPorts,
        socketPath: tryDockerSocket(environment['DOCKER_HOST']), withoutNode: inContainer, environment,
      });
      const runtime = await start.catch((error: unknown) => {
        if (!tryLockHolder(directory.lock)) throw error;
        return undefined; // another `up` was faster: wait for what it started
      });
      out.status([`API answers; starting the node of ${target.name}`]);
      await runtime?.nodeStarted(NODE_READY_LIMIT).finally(() => runtime.release());
      if (inContainer) await addLocalNode(invocation);
    }
    const client = await target.client();
    const node = await waitForNode(invocation, client, { log: directory.log, inContainer });
    out.status([]);
    const context = await mergeContext(invocation, directory.kubeconfig);
    const { server } = await target.access();
    const { pid } = tryLockHolder(directory.lock) ?? {};
    out.line(`${target.name.padEnd(8)} ${server}   node ${node} Ready${holder ? `   already running (pid ${pid})` : `   ${((Date.now() - began) / 1000).toFixed(1)} s`}`);
    out.line(`kubectl  ${context}`);
  },
};

/** The next starts find it too. */
async function keepKubeletConfiguration(directory: DataDirectory, file: string): Promise<void> {
  const { kubeletConfigurationFile, parseKubeletConfiguration } = await import('../../../lib/cluster/kubelet-configuration-file.js');
  try {
    parseKubeletConfiguration(file);
  } catch (error) {
    throw new ExitError(error instanceof Error ? error.message : String(error), 1);
  }
  fs.mkdirSync(directory.node, { recursive: true, mode: 0o700 });
  fs.copyFileSync(file, kubeletConfigurationFile(directory.node));
}

function portOption(options: Invocation['options'], name: string): number | undefined {
  const text = textOption(options, name);
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new ExitError(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} "${text}" is not a port; use a number from 1 to 65535`, 1);
  return port;
}

function gracePeriod(options: Invocation['options']): number | undefined {
  const text = textOption(options, 'nodeMonitorGracePeriod');
  if (text === undefined) return undefined;
  const seconds = Math.round(parseDuration('--node-monitor-grace-period', text) / 1000);
  if (seconds < 2) throw new ExitError(`--node-monitor-grace-period ${text} is too short: a node tells that it lives four times in it; use at least 2s`, 1);
  return seconds;
}

/** The node part of this host, in a container: this user may not set up the network of pods, Docker may. */
async function addLocalNode(invocation: Invocation): Promise<void> {
  const [{ addDockerNode }, { nodeNameOf }] = await Promise.all([import('../add-docker-node.js'), import('../../../lib/cluster/host-address.js')]);
  await addDockerNode(invocation, (settings) => ({
    dockerHost: invocation.environment['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock', name: nodeNameOf(os.hostname()), address: settings.nodeAddress, labels: {},
  }));
}

async function requirePort(port: number | undefined, given: boolean): Promise<void> {
  if (port === undefined) return;
  const { isPortFree, tryPortOwner } = await import('../../../lib/cluster/ports.js');
  if (await isPortFree(port)) return;
  const owner = tryPortOwner(port);
  const why = `port ${port} of 127.0.0.1 is in use${owner ? ` by ${owner}` : ''}`;
  throw new ExitError(`${why}; ${given ? 'choose another with --port <port>, or leave it out' : 'end that program, or choose another with --port <port>'}`, 1);
}

async function waitForNode({ out, signal }: Invocation, client: Awaited<ReturnType<Invocation['target']['client']>>, { log, inContainer }: { readonly log: string; readonly inContainer: boolean }): Promise<string> {
  const { DOCKER_HOST_ANNOTATION } = await import('../../../lib/cluster/nodes/docker-host-annotation.js');
  const deadline = Date.now() + NODE_READY_LIMIT;
  for (let pause = 25; ; pause = Math.min(pause * 1.5, 300)) {
    signal.throwIfAborted();
    const nodes = await client.list('Node').then(({ items }) => items, () => []);
    const ready = nodes.find(({ metadata, status }) => (metadata.annotations?.[DOCKER_HOST_ANNOTATION] === undefined) !== inContainer && (status as { conditions?: readonly { type: string; status: string }[] } | undefined)?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'));
    if (ready) return ready.metadata.name ?? '';
    if (Date.now() > deadline) throw new ExitError(`the API answers, but the node is not Ready after ${NODE_READY_LIMIT / 1000} s; see why in ${log}, and with: twelve doctor`, 1);
    out.status(['API answers; waiting for the node to be Ready']);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** The context in the user's own kubeconfig, as what is said about it. */
async function mergeContext({ target, environment }: Invocation, kubeconfig: string): Promise<string> {
  const { mergeKubeconfig } = await import('../../../lib/cluster/kubeconfig.js');
  const access = await target.access();
  const file = target.userKubeconfig();
  const existing = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  let merged: string;
  try {
    merged = mergeKubeconfig(existing, { name: target.name, server: access.server, ca: access.ca ?? '', client: { cert: access.cert ?? '', key: access.key ?? '' } });
  } catch (error) {
    return `--kubeconfig ${kubeconfig}   (${file} was left alone: ${error instanceof Error ? error.message : String(error)})`;
  }
  if (merged !== existing) {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const real = fs.existsSync(file) ? fs.realpathSync(file) : file;
    fs.writeFileSync(`${real}.twelve`, merged, { mode: fs.existsSync(file) ? fs.statSync(file).mode : 0o600 });
    fs.renameSync(`${real}.twelve`, real);
  }
  const shown = environment['HOME'] && file.startsWith(`${environment['HOME']}/`) ? `~${file.slice(environment['HOME'].length)}` : file;
  const current = new RegExp(`^current-context: ["']?${target.name}["']?$`, 'm').test(merged);
  return `context "${target.name}" in ${shown}${current ? ' (current)' : `; use it with: kubectl --context ${target.name}`}`;
}
