import type { Command } from './command';
import { runtimeOptions } from './target-options';

/** `twelve stop`: the control plane ends, the pods go on; with --end-pods they end as when the machine does. */
export const stop: Command = {
  name: 'stop',
  summary: 'End the runtime and leave its pods running; the next up adopts them',
  options: [...runtimeOptions, { flag: '--end-pods', summary: 'end the pods of this host first, by priority and within their grace periods, as a shutdown of the machine does' }],

  async run({ out, target, options }) {
    const endPods = options['endPods'] === true;
    const [{ DataDirectory }, { stopRuntime }] = await Promise.all([import('../../../lib/cluster/data-directory.js'), import('../runtime-process.js')]);
    const stopped = await stopRuntime(new DataDirectory(target.dataDirectory), { endPods });
    out.line(stopped ? `${target.name} stopped; its pods ${endPods ? 'have ended' : 'go on'}` : `${target.name} is not running`);
  },
};
