import type { ObjectDrift } from '../../../lib/apply/drift/object-drift';
import { confirm } from '../confirm';
import { applicationOf, applicationOptions } from './application-options';
import { applySettings, author } from './apply-settings';
import { type Command, textOption } from './command';
import { eventsOption, yesOption } from './event-options';

/** `twelve drift`: what somebody has changed since, and back. */
export const drift: Command = {
  name: 'drift',
  summary: 'Show what in the cluster differs from the release that runs; exit code 2 when there is something',
  arguments: [{ name: 'application', summary: 'as --app' }],
  options: [
    ...applicationOptions,
    { flag: '--fix', summary: 'bring the release that runs back' },
    { flag: '--timeout <duration>', summary: 'time to get ready again; 0 does not wait', default: '5m' },
    yesOption, eventsOption,
  ],
  examples: ['twelve drift', 'twelve drift --fix', 'twelve drift shop --output json'],
  events: true,

  async run(invocation) {
    const { args: [given], options, emit, target } = invocation;
    const [settings, { ReleaseStore }, { findDrift }, { fixDrift }, { contextName }] = await Promise.all([
      applySettings(invocation), import('../../../lib/apply/releases/release-store.js'), import('../../../lib/apply/drift/find-drift.js'), import('../../../lib/apply/drift/fix-drift.js'), target.access(),
    ]);
    const { name: application, namespace } = await applicationOf(invocation, settings.client, given ?? textOption(options, 'app'));
    const found = await findDrift(settings.client, new ReleaseStore(settings.client, application, namespace));
    const { release: { number }, objects, unseen, unfinished } = found;
    emit({ stage: 'drift', application, namespace, release: number, objects, unseen, ...(unfinished && { unfinished: unfinished.number }) });
    if (objects.length === 0) return 0;
    if (options['fix'] !== true) return 2;
    await confirm(invocation, `${consequence(objects)} in ${contextName}. Go on?`);
    await fixDrift(found, { ...settings, application, namespace, by: author(), approve: undefined });
    return 0;
  },
};

function consequence(objects: readonly ObjectDrift[]): string {
  const unknown = objects.filter(({ state }) => state === 'unknown').length;
  const own = objects.length - unknown;
  return [...(own > 0 ? [`${own} of its objects are going to be as they were applied`] : []), ...(unknown > 0 ? [`${unknown} that no release knows are going to be deleted`] : [])].join(', and ');
}
