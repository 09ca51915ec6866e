import { parseDuration } from '../../output/duration';
import { commandClock } from '../../clock';
import { type Command, textOption } from '../command';
import { runtimeOptions } from '../target-options';

/** `twelve node drain <name>`: no new pods, and the ones that are there go elsewhere as their budgets allow. */
export const nodeDrain: Command = {
  name: 'drain',
  summary: 'Move the pods of a node elsewhere and keep new ones away (uncordon: kubectl uncordon)',
  arguments: [{ name: 'node', summary: 'its name', required: true }],
  options: [
    ...runtimeOptions,
    { flag: '--timeout <duration>', summary: 'give up after this long', default: '5m' },
    { flag: '--force', summary: 'also pods that no controller makes anew' },
  ],

  async run({ args: [name], out, target, options, signal }) {
    const { drainNode } = await import('../../../../lib/cluster/nodes/drain-node.js');
    const moved = await drainNode(name, {
      client: await target.client(), clock: commandClock, force: options['force'] === true, timeout: parseDuration('--timeout', textOption(options, 'timeout') ?? '5m'),
      onProgress: (what) => out.status([what]),
    }, signal);
    out.status([]);
    out.line(`${name} drained   ${moved} ${moved === 1 ? 'pod' : 'pods'} evicted`);
  },
};
