import { parseDuration } from '../output/duration';
import { type Command, textOption } from './command';
import { loadArguments, manifestArgument } from './manifest-options';
import { environmentOption } from './program-options';
import { targetOptions } from './target-options';

/** `twelve delete`: the opposite of apply, data included. */
export const deleteCommand: Command = {
  name: 'delete',
  summary: 'Remove an application from a cluster, its data included, and wait until it is gone',
  arguments: [manifestArgument],
  options: [
    ...targetOptions,
    environmentOption,
    { flag: '--app <name>', summary: 'everything of this application, instead of what a program or file names' },
    { flag: '--timeout <duration>', summary: 'time until everything is gone; 0 does not wait', default: '5m' },
  ],
  examples: ['twelve delete apps/shop.ts', 'twelve delete --app shop'],

  async run(invocation) {
    const { options, out, target, args, signal } = invocation;
    const timeout = parseDuration('--timeout', textOption(options, 'timeout') ?? '5m');
    const application = textOption(options, 'app');
    if (application !== undefined && args.length > 0) throw new Error(`--app ${application} and ${args[0]} name different things; give one of them`);
    const [client, { deleteObjects, existingOf, objectsOfApplication, withoutKept }, { systemClock }] = await Promise.all([target.client(), import('../../../lib/apply/delete.js'), import('../../../lib/base/clock.js')]);

    const find = async () => {
      if (application !== undefined) return objectsOfApplication(client, application, textOption(options, 'namespace'));
      const [{ inNamespace }, { applicationName, homeNamespace }, { recordsOf }] = await Promise.all([import('../../../lib/apply/prepare.js'), import('../../../lib/apply/application.js'), import('../../../lib/apply/releases/records-of.js')]);
      const { manifests, what } = await loadArguments(invocation);
      const placed = await inNamespace(client, manifests, await target.namespace());
      const records = await recordsOf(client, applicationName(manifests, what, process.cwd()), homeNamespace(placed, await target.namespace()));
      return [...await existingOf(client, placed), ...records];
    };
    const { objects, kept } = withoutKept(await find());
    for (const { kind, metadata } of kept) out.line(`keep     ${kind} ${metadata.name}: twelve-factor.dev/keep`);
    if (objects.length === 0) return out.line('delete   nothing is there');
    await deleteObjects({
      client, objects, timeout, signal, clock: systemClock,
      onDeleted: ({ kind, metadata }) => out.line(`delete   - ${kind} ${metadata.name}`),
    });
    return out.line(`done     ${objects.length} objects deleted`);
  },
};
