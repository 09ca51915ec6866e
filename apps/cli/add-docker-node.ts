import type { AddNodeConfig } from '../../lib/cluster/nodes/add-node';
import type { RuntimeSettings } from '../../lib/cluster/settings';
import { commandClock } from './clock';
import type { Invocation } from './commands/command';

type Wanted = Pick<AddNodeConfig, 'dockerHost' | 'tls' | 'name' | 'address' | 'socketPath' | 'labels'>;

/** Makes a Docker host a node of the runtime that the options name; resolves with the node's name when it is Ready. */
export async function addDockerNode({ target, environment, out, signal }: Invocation, wanted: (settings: RuntimeSettings) => Wanted): Promise<string> {
  const [{ DataDirectory }, { tryReadSettings }, { addNode }, { nodeImage }] = await Promise.all([
    import('../../lib/cluster/data-directory.js'), import('../../lib/cluster/settings.js'), import('../../lib/cluster/nodes/add-node.js'), import('../../lib/cluster/nodes/node-image.js'),
  ]);
  const directory = new DataDirectory(target.dataDirectory);
  const settings = tryReadSettings(directory);
  if (!settings) throw new Error(`no runtime "${target.name}" has been started; start it with: twelve up`);
  return addNode({
    ...wanted(settings), directory, settings, client: await target.client(), clock: commandClock,
    image: await nodeImage({ nodeProgram: process.execPath, searchPath: environment['PATH'] ?? '' }),
    onProgress: (what) => out.status([what]),
  }, signal);
}
