import type { Command } from './command';
import { runtimeOptions } from './target-options';

/** `twelve stop`: the control plane ends, the pods go on. */
export const stop: Command = {
  name: 'stop',
  summary: 'End the runtime and leave its pods running; the next up adopts them',
  options: runtimeOptions,

  async run({ out, target }) {
    const [{ DataDirectory }, { stopRuntime }] = await Promise.all([import('../../../lib/cluster/data-directory.js'), import('../runtime-process.js')]);
    const stopped = await stopRuntime(new DataDirectory(target.dataDirectory));
    out.line(stopped ? `${target.name} stopped; its pods go on` : `${target.name} is not running`);
  },
};
