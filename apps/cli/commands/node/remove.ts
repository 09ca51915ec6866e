import { commandClock } from '../../clock';
import { parseDuration } from '../../output/duration';
import { type Command, textOption } from '../command';
import { runtimeOptions } from '../target-options';

/** `twelve node remove <name>`: drained, cleaned and forgotten. */
export const nodeRemove: Command = {
  name: 'remove',
  summary: 'Drain a node, remove everything of the runtime from its host, and forget it',
  arguments: [{ name: 'node', summary: 'its name', required: true }],
  options: [
    ...runtimeOptions,
    { flag: '--timeout <duration>', summary: 'for the drain', default: '5m' },
    { flag: '--force', summary: 'also when pods cannot be moved or the host does not answer' },
  ],

  async run({ args: [name], out, target, options, signal }) {
    const [{ removeDockerNode }, { DataDirectory }] = await Promise.all([import('../../../../lib/cluster/nodes/remove-docker-node.js'), import('../../../../lib/cluster/data-directory.js')]);
    const left = await removeDockerNode(name, {
      directory: new DataDirectory(target.dataDirectory), client: await target.client(), clock: commandClock, force: options['force'] === true,
      timeout: parseDuration('--timeout', textOption(options, 'timeout') ?? '5m'), onProgress: (what) => out.status([what]),
    }, signal);
    out.status([]);
    if (left) out.note(left);
    out.line(`node ${name} removed`);
  },
};
