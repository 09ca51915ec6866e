import { confirm } from '../confirm';
import { parseDuration } from '../output/duration';
import { wantedApplication } from './application-options';
import { type Command, type Invocation, textOption } from './command';
import { eventsOption, yesOption } from './event-options';
import { loadArguments, manifestArgument } from './manifest-options';
import { environmentOption } from './program-options';
import { targetOptions } from './target-options';
import { isForbidden } from '../../../lib/api/status-error';
import type { Client } from '../../../lib/client/client';

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
    { flag: '--dry-run', summary: 'say what would be deleted, and delete nothing' },
    yesOption, eventsOption,
  ],
  examples: ['twelve delete apps/shop.ts', 'twelve delete --app shop', 'twelve delete deploy/ --dry-run'],
  events: true,

  async run(invocation) {
    const { options, emit, target, args, signal } = invocation;
    const timeout = parseDuration('--timeout', textOption(options, 'timeout') ?? '5m');
    const application = textOption(options, 'app');
    if (application !== undefined && args.length > 0) throw new Error(`--app ${application} and ${args[0]} name different things; give one of them`);
    const [client, { contextName }, { deleteObjects, inDeletionOrder, withoutKept }, { systemClock }] = await Promise.all([target.client(), target.access(), import('../../../lib/apply/delete.js'), import('../../../lib/base/clock.js')]);
    const { objects: found, kept } = withoutKept(application === undefined ? await namedObjects(client, invocation) : await allObjects(client, invocation));
    const objects = inDeletionOrder(found);
    const place = ({ kind, metadata: { namespace, name = '' } }: (typeof objects)[number]) => ({ kind, ...(namespace && { namespace }), name });
    const deleted = (object: (typeof objects)[number]) => emit({ stage: 'delete', ...place(object) });
    if (options['dryRun'] === true) return objects.forEach(deleted);
    if (objects.length > 0) {
      await confirm(invocation, `${objects.length} objects of ${contextName} are going to be deleted, with all their data: ${objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ')}. Go on?`);
      await deleteObjects({ client, objects, timeout, signal, clock: systemClock, onDeleted: deleted });
    }
    return emit({ stage: 'done', deleted: objects.length, kept: kept.map((object) => ({ ...place(object), reason: 'annotation' })) });
  },
};

async function namedObjects(client: Client, invocation: Invocation) {
  const [{ inNamespace }, { applicationName, homeNamespace }, { recordsOf }, { existingOf }, namespace] = await Promise.all([
    import('../../../lib/apply/prepare.js'), import('../../../lib/apply/application.js'), import('../../../lib/apply/releases/records-of.js'), import('../../../lib/apply/delete.js'), invocation.target.namespace(),
  ]);
  const { manifests, what } = await loadArguments(invocation);
  const placed = await inNamespace(client, manifests, namespace);
  const records = await recordsOf(client, applicationName(manifests, what, process.cwd()), homeNamespace(placed, namespace));
  return [...await existingOf(client, placed), ...records];
}

/** Of an application that is named; one that has nothing left is no mistake, and one in several namespaces is not guessed. */
async function allObjects(client: Client, invocation: Invocation) {
  const [{ objectsOfApplication }, { applicationsIn, tryChooseApplication }, wanted] = await Promise.all([
    import('../../../lib/apply/delete.js'), import('../../../lib/apply/find-application.js'), wantedApplication(invocation, textOption(invocation.options, 'app')),
  ]);
  let namespace = textOption(invocation.options, 'namespace') ?? wanted.namespace;
  if (namespace === undefined) {
    const places = await applicationsIn(client, undefined).catch((error: unknown) => {
      if (!isForbidden(error)) throw error;
      return undefined; // who may not see all namespaces means the own one
    });
    if (places) tryChooseApplication(places, wanted, { namespace: '', elsewhere: true });
    else namespace = await invocation.target.namespace();
  }
  const name = 'name' in wanted ? wanted.name : '';
  const limit = (message: string) => invocation.emit({ stage: 'limit', message });
  return objectsOfApplication(client, name, namespace, {
    onForbidden: (kinds) => limit(`you may not list these kinds, so it is not known whether ${name} has some: ${kinds.join(', ')}`),
    onUnanswered: (groups) => limit(`these API groups do not answer, so it is not known whether ${name} has something there: ${groups.join(', ')}`),
  });
}
