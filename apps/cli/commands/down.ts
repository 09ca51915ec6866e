import * as fs from 'node:fs';
import type { DataDirectory } from '../../../lib/cluster/data-directory';
import { ExitError } from '../output/output';
import type { Command, Invocation } from './command';
import { runtimeOptions } from './target-options';

/** What is removed is found by the runtime's name; the range only has to be one. */
const ANY_RANGE = '10.240.0.0/16';

/** `twelve down`: nothing of the runtime is left on the host but its data; with --purge not even that. */
export const down: Command = {
  name: 'down',
  summary: 'End the runtime and remove its pods, networks and rules from this host',
  options: [...runtimeOptions, { flag: '--purge', summary: 'also delete its objects, keys and volumes' }],

  async run(invocation) {
    const { out, target, options, environment } = invocation;
    const [{ DataDirectory }, { stopRuntime }, { removeNode }, { tryReadSettings }, { tryDockerSocket, checkDocker, isHostAdministrator }, { logDirectoryOf, readKubeletConfiguration }, { forgetRuntimeName, tryRuntimeOfName }] = await Promise.all([
      import('../../../lib/cluster/data-directory.js'), import('../runtime-process.js'), import('../../../lib/cluster/remove-node.js'), import('../../../lib/cluster/settings.js'),
      import('../../../lib/cluster/host-checks.js'), import('../../../lib/cluster/kubelet-configuration-file.js'), import('../../../lib/cluster/host-claims.js'),
    ]);
    const directory = new DataDirectory(target.dataDirectory);
    const existed = directory.exists;
    out.status([`stopping  ${target.name}`]);
    await stopRuntime(directory);
    const other = tryRuntimeOfName(target.name);
    if (other) throw new ExitError(`process ${other.pid} of this host runs a runtime named "${target.name}" with another data directory; end it first: twelve stop --data-dir <its folder>`, 1);
    const settings = existed ? tryReadSettings(directory) : undefined;
    const { ok: hasDocker, detail } = await checkDocker(environment['DOCKER_HOST']);
    out.status([`removing the pods of ${target.name}`]);
    if (isHostAdministrator()) await removeNode({
      name: target.name, directory: directory.node, logDirectory: logDirectoryOf(readKubeletConfiguration(directory.node)) ?? directory.logLinks(target.name), podCidr: settings?.podCidr ?? ANY_RANGE, socketPath: hasDocker ? tryDockerSocket(environment['DOCKER_HOST']) : undefined,
    });
    forgetRuntimeName(target.name);
    const left = await removeOtherHosts(directory, options['purge'] === true, (what) => out.status([what]));
    out.status([]);
    for (const line of left) out.note(line);
    if (!hasDocker) out.note(`containers may be left: ${detail}`);
    if (options['purge'] === true) {
      fs.rmSync(directory.path, { recursive: true, force: true });
      await removeContext(invocation);
    }
    const kept = options['purge'] === true || !existed ? '' : `; its data stays in ${directory.path} (--purge deletes it)`;
    out.line(`${target.name} is down${kept}`);
  },
};

/** What is left where a host does not answer. */
async function removeOtherHosts(directory: DataDirectory, purge: boolean, onProgress: (what: string) => void): Promise<readonly string[]> {
  const [{ dockerNodes }, { cleanHost }] = await Promise.all([import('../../../lib/cluster/nodes/docker-node.js'), import('../../../lib/cluster/nodes/remove-docker-node.js')]);
  const left = await Promise.all(dockerNodes(directory).map(async (node) => {
    onProgress(`removing the pods of node ${node.name}`);
    return cleanHost(node, { purge }).then(() => undefined, (error: unknown) => `node ${node.name}: its pods and rules may be left on ${node.dockerHost}: ${error instanceof Error ? error.message : String(error)}`);
  }));
  return left.filter((line) => line !== undefined);
}

async function removeContext({ target }: Invocation): Promise<void> {
  const file = target.userKubeconfig();
  if (!fs.existsSync(file)) return;
  const { removeFromKubeconfig } = await import('../../../lib/cluster/kubeconfig.js');
  const existing = fs.readFileSync(file, 'utf8');
  if (!new RegExp(`name: ["']?${target.name}["']?$`, 'm').test(existing)) return;
  fs.writeFileSync(fs.realpathSync(file), removeFromKubeconfig(existing, target.name));
}
