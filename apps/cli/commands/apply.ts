import { applyOptions, wantedApply } from './apply-settings';
import type { Command } from './command';
import { manifestArgument } from './manifest-options';
import { environmentOption } from './program-options';
import { targetOptions } from './target-options';

/** `twelve apply`: a program, a folder or a file becomes what runs in the cluster. */
export const apply: Command = {
  name: 'apply',
  summary: 'Bring a program or YAML to a cluster, and wait until it is ready',
  arguments: [manifestArgument],
  options: [...targetOptions, environmentOption, ...applyOptions, { flag: '--rollback-on-failure', summary: 'bring back what ran before when it does not get ready; exit code 3' }],
  examples: ['twelve apply', 'twelve apply apps/shop.ts --env prod --context production --rollback-on-failure', 'kubectl get deployment web -o yaml | twelve apply -'],

  events: true,

  async run(invocation) {
    const { options, target } = invocation;
    const [settings, { apply: run }, { homeNamespace }, { applyOrRollBack }] = await Promise.all([
      wantedApply(invocation, { lookOnly: options['dryRun'] === true }), import('../../../lib/apply/apply.js'), import('../../../lib/apply/application.js'), import('../../../lib/apply/releases/rollback.js'),
    ]);
    if (options['rollbackOnFailure'] === true) await applyOrRollBack(settings, homeNamespace(settings.manifests, await target.namespace()));
    else await run(settings);
  },
};
