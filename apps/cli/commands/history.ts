import { table } from '../output/table';
import { applicationOf, applicationOptions } from './application-options';
import { type Command, textOption } from './command';

/** `twelve history`: what was applied when, by whom, from which state of the code (factor V). */
export const history: Command = {
  name: 'history',
  summary: 'Show the releases of an application',
  arguments: [{ name: 'application', summary: 'as --app' }],
  options: [...applicationOptions, { flag: '--output <format>', summary: 'text or json', choices: ['text', 'json'], default: 'text' }],
  examples: ['twelve history', 'twelve history shop --output json'],

  async run(invocation) {
    const { args, options, out, target } = invocation;
    const [client, { currentRelease, ReleaseStore }] = await Promise.all([target.client(), import('../../../lib/apply/releases/release-store.js')]);
    const { name, namespace } = await applicationOf(invocation, client, args[0] ?? textOption(options, 'app'));
    const releases = await new ReleaseStore(client, name, namespace).list();
    if (releases.length === 0) throw new Error(`${name} has no releases in namespace ${namespace}`);
    const current = currentRelease(releases);
    const lines = releases.toReversed().map(({ number, status, at, by, revision, summary, rollbackTo }) => ({
      release: number, status: current?.number === number ? 'running' : status, at, by, revision, summary: rollbackTo === undefined ? summary : `rollback to ${rollbackTo}: ${summary}`,
    }));
    if (textOption(options, 'output') === 'json') return out.json(lines);
    return out.lines(table(lines.map((line) => ({ ...line, revision: line.revision?.replace(/^([0-9a-f]{10})[0-9a-f]*/, '$1') })), ['release', 'status', 'at', 'by', 'revision', 'summary']));
  },
};
