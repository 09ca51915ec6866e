import { confirm } from '../confirm';
import { applicationOf, applicationOptions } from './application-options';
import { applyOptions, applySettings, author } from './apply-settings';
import type { Command } from './command';

/** `twelve rollback`: the whole application as it was in an earlier release, configuration included. */
export const rollback: Command = {
  name: 'rollback',
  summary: 'Bring back an earlier release of an application',
  arguments: [{ name: 'release', summary: 'its number (default: the one before the one that runs)' }],
  options: [...applicationOptions, ...applyOptions],
  examples: ['twelve rollback', 'twelve rollback 7 --app shop'],

  events: true,

  async run(invocation) {
    const [number] = invocation.args;
    if (number !== undefined && !/^\d+$/.test(number)) throw new Error(`"${number}" is not the number of a release; they are listed by: twelve history`);
    const [settings, { ReleaseStore }, { rollBack, rollbackTarget }] = await Promise.all([applySettings(invocation), import('../../../lib/apply/releases/release-store.js'), import('../../../lib/apply/releases/rollback.js')]);
    const { name: application, namespace } = await applicationOf(invocation, settings.client);
    const store = new ReleaseStore(settings.client, application, namespace);
    const release = rollbackTarget(await store.list(), number === undefined ? undefined : Number(number));
    await rollBack(release, {
      ...settings, application, namespace, by: author(),
      approve: (changes) => (changes.length === 0 ? Promise.resolve() : confirm(invocation, `${application} is going to be as it was in release ${release.number} (${release.at}). Go on?`)),
    });
  },
};
