import * as path from 'node:path';
import { applyOptions, applySettings, author } from './apply-settings';
import { type Command, textOption } from './command';
import { targetOptions } from './target-options';

/** `twelve rollback`: the whole application as it was in an earlier release, configuration included. */
export const rollback: Command = {
  name: 'rollback',
  summary: 'Bring back an earlier release of an application',
  arguments: [{ name: 'release', summary: 'its number (default: the one before the one that runs)' }],
  options: [...targetOptions, { flag: '--app <name>', summary: 'the application (default: the name of the folder)' }, ...applyOptions],
  examples: ['twelve rollback', 'twelve rollback 7 --app shop'],

  async run(invocation) {
    const { args, options, target } = invocation;
    const [number] = args;
    if (number !== undefined && !/^\d+$/.test(number)) throw new Error(`"${number}" is not the number of a release; they are listed by: twelve history`);
    const application = textOption(options, 'app') ?? path.basename(process.cwd());
    const [settings, { findReleases }, { rollBack, rollbackTarget }] = await Promise.all([applySettings(invocation), import('../../../lib/apply/releases/find-releases.js'), import('../../../lib/apply/releases/rollback.js')]);
    const store = await findReleases(settings.client, application, { namespace: await target.namespace(), elsewhere: !target.namesNamespace });
    const release = rollbackTarget(await store.list(), number === undefined ? undefined : Number(number));
    await rollBack(release, { ...settings, application, namespace: store.namespace, by: author() });
  },
};
