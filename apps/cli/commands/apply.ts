import { openImageSupplier } from '../images/open-image-supplier';
import { applyOptions, applySettings, author, revisionOf } from './apply-settings';
import type { Command } from './command';
import { loadArgument, manifestArgument } from './manifest-options';
import { environmentOption } from './program-options';
import { targetOptions } from './target-options';

/** `twelve apply`: a program, a folder or a file becomes what runs in the cluster. */
export const apply: Command = {
  name: 'apply',
  summary: 'Bring a program or YAML to a cluster, and wait until it is ready',
  arguments: [manifestArgument],
  options: [...targetOptions, environmentOption, ...applyOptions, { flag: '--rollback-on-failure', summary: 'bring back what ran before when it does not get ready; exit code 3' }],
  examples: ['twelve apply', 'twelve apply apps/shop.ts --env prod --context production --rollback-on-failure', 'kubectl get deployment web -o yaml | twelve apply -'],

  async run(invocation) {
    const { options, target } = invocation;
    const [{ manifests, what, images }, settings, namespace, { apply: run }, { applicationName, homeNamespace, isNamed }, { applyOrRollBack }] = await Promise.all([
      loadArgument(invocation), applySettings(invocation), target.namespace(),
      import('../../../lib/apply/apply.js'), import('../../../lib/apply/application.js'), import('../../../lib/apply/releases/rollback.js'),
    ]);
    // What comes from a pipe without saying which application it is may be a different one each time.
    const isApplication = what !== '-' || isNamed(manifests);
    const wanted = {
      ...settings, manifests, namespace, application: applicationName(manifests, what, process.cwd()),
      ...(images.length > 0 && { images: { reported: images, supplier: await openImageSupplier(invocation) } }),
      ...(isApplication && { releases: { by: author(), revision: await revisionOf(manifests) } }),
    };
    if (options['rollbackOnFailure'] === true) await applyOrRollBack(wanted, homeNamespace(manifests, namespace));
    else await run(wanted);
  },
};
