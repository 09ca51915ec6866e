import { commandClock } from '../../clock';
import { ExitError } from '../../output/output';
import { parseDuration } from '../../output/duration';
import { Target } from '../../target';
import { type Command, textOption } from '../command';
import { DEFAULT_JOIN_NAME } from './join-name';

/** `twelve node leave`: what `twelve node join` did is undone. */
export const nodeLeave: Command = {
  name: 'leave',
  summary: 'Drain the node that this host is in another cluster, delete it there, and remove what it made on this host',
  options: [
    { flag: '--name <name>', summary: 'as given to join', default: DEFAULT_JOIN_NAME },
    { flag: '--data-dir <folder>', summary: 'as given to join (default: $XDG_DATA_HOME/twelve/<name>)' },
    { flag: '--kubeconfig <file>', summary: 'of who may delete nodes (default: as given to join)' },
    { flag: '--context <name>', summary: 'this context of the kubeconfig (default: as given to join)' },
    { flag: '--timeout <duration>', summary: 'for the drain', default: '5m' },
    { flag: '--force', summary: 'also when pods cannot be moved or the cluster does not answer' },
    { flag: '--purge', summary: 'also delete its volumes' },
  ],

  async run({ out, target, options, environment, signal }) {
    const [{ DataDirectory }, { tryLockHolder }, { tryReadJoinSettings }, { leaveNode }, { stopRuntime }, { isHostAdministrator }, { forgetRuntimeName }] = await Promise.all([
      import('../../../../lib/cluster/data-directory.js'), import('../../../../lib/cluster/lock.js'), import('../../../../lib/cluster/join/join-settings.js'),
      import('../../../../lib/cluster/join/leave-node.js'), import('../../runtime-process.js'), import('../../../../lib/cluster/host-checks.js'), import('../../../../lib/cluster/host-claims.js'),
    ]);
    if (!isHostAdministrator()) throw new Error('a node sets up the network of its pods: run the command as root');
    const directory = new DataDirectory(target.dataDirectory);
    const settings = tryReadJoinSettings(directory);
    if (!settings) throw new ExitError(`no cluster has been joined from ${directory.path}; name the node with --name or --data-dir, as at twelve node join`, 1);
    const cluster = target.isForeign ? target : new Target({ ...options, kubeconfig: settings.kubeconfig, context: settings.context }, environment);
    const left = await leaveNode({
      name: target.name, directory, settings, client: await cluster.client(), clock: commandClock, force: options['force'] === true, purge: options['purge'] === true,
      timeout: parseDuration('--timeout', textOption(options, 'timeout') ?? '5m'), isRunning: tryLockHolder(directory.lock) !== undefined, stop: () => stopRuntime(directory),
      onProgress: (what) => out.status([what]),
    }, signal);
    forgetRuntimeName(target.name);
    out.status([]);
    for (const line of left) out.note(line);
    out.line(`node ${settings.nodeName} has left ${settings.server}${directory.exists ? `; its volumes stay in ${directory.volumes} (--purge deletes them)` : ''}`);
  },
};
