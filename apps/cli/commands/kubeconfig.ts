import * as fs from 'node:fs';
import type { Command } from './command';
import { runtimeOptions } from './target-options';

/** `twelve kubeconfig`: how other tools reach the runtime. */
export const kubeconfig: Command = {
  name: 'kubeconfig',
  summary: 'Print the kubeconfig of the runtime',
  options: [...runtimeOptions, { flag: '--path', summary: 'print where the file is instead' }],
  examples: ['twelve kubeconfig > twelve.yaml', 'KUBECONFIG=$(twelve kubeconfig --path) kubectl get pods'],

  async run({ out, target, options }) {
    const file = target.kubeconfig();
    if (options['path'] === true) out.line(file);
    else out.write(fs.readFileSync(file, 'utf8'));
  },
};
