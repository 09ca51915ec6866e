import { table } from '../../output/table';
import type { Command } from '../command';
import { runtimeOptions } from '../target-options';

/** `twelve node list`. */
export const nodeList: Command = {
  name: 'list',
  summary: 'Show the nodes and the Docker hosts they are',
  options: [...runtimeOptions, { flag: '--output <format>', summary: 'text or json', choices: ['text', 'json'], default: 'text' }],

  async run({ out, target, options }) {
    const [{ describeNodes }, { DataDirectory }] = await Promise.all([import('../../../../lib/cluster/nodes/describe-nodes.js'), import('../../../../lib/cluster/data-directory.js')]);
    const nodes = await describeNodes(await target.client(), new DataDirectory(target.dataDirectory));
    if (options['output'] === 'json') return out.json(nodes);
    out.lines(table(nodes, ['name', 'status', 'address', 'host', 'pods', 'version']));
    return undefined;
  },
};
