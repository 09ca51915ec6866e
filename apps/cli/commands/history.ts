import * as path from 'node:path';
import { table } from '../output/table';
import { type Command, textOption } from './command';
import { targetOptions } from './target-options';

/** `twelve history`: what was applied when, by whom, from which state of the code (factor V). */
export const history: Command = {
  name: 'history',
  summary: 'Show the releases of an application',
  arguments: [{ name: 'application', summary: 'its name (default: the name of the folder)' }],
  options: [...targetOptions, { flag: '--output <format>', summary: 'text or json', choices: ['text', 'json'], default: 'text' }],
  examples: ['twelve history shop'],

  async run({ args, options, out, target }) {
    const [client, namespace, { findReleases }, { currentRelease }] = await Promise.all([target.client(), target.namespace(), import('../../../lib/apply/releases/find-releases.js'), import('../../../lib/apply/releases/release-store.js')]);
    const releases = await (await findReleases(client, args[0] ?? path.basename(process.cwd()), { namespace, elsewhere: !target.namesNamespace })).list();
    const current = currentRelease(releases);
    const lines = releases.toReversed().map(({ number, status, at, by, revision, summary, rollbackTo }) => ({
      release: number, status: current?.number === number ? 'running' : status, at, by, revision, summary: rollbackTo === undefined ? summary : `rollback to ${rollbackTo}: ${summary}`,
    }));
    if (textOption(options, 'output') === 'json') return out.json(lines);
    return out.lines(table(lines.map((line) => ({ ...line, revision: line.revision?.replace(/^([0-9a-f]{10})[0-9a-f]*/, '$1') })), ['release', 'status', 'at', 'by', 'revision', 'summary']));
  },
};
