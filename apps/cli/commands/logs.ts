import * as path from 'node:path';
import pico from 'picocolors';
import { parseDuration } from '../output/duration';
import { type Command, type Options, textOption } from './command';
import { targetOptions } from './target-options';

/** `twelve logs`: all processes of an application in one stream (factor XI). */
export const logs: Command = {
  name: 'logs',
  summary: 'Show the logs of all processes of an application',
  arguments: [
    { name: 'application', summary: 'its name (default: the name of the folder)' },
    { name: 'process', summary: 'only this process' },
  ],
  options: [
    ...targetOptions,
    { flag: '-f, --follow', summary: 'go on until interrupted, new copies included' },
    { flag: '--previous', summary: 'of the run before the last restart' },
    { flag: '--tail <lines>', summary: 'only the last lines of each (default: all; 10 with --follow)' },
    { flag: '--since <duration>', summary: 'only what is newer' },
  ],
  examples: ['twelve logs shop', 'twelve logs shop web -f --since 5m'],

  async run({ args, options, out, target, signal, environment }) {
    const [client, namespace, { followLogs }, { systemClock }] = await Promise.all([target.client(), target.namespace(), import('../../../lib/apply/follow-logs.js'), import('../../../lib/base/clock.js')]);
    const [application = path.basename(process.cwd()), only] = args;
    const colors = pico.createColors(out.interactive && !environment['NO_COLOR']);
    const paint = [colors.cyan, colors.yellow, colors.green, colors.magenta, colors.blue];
    const known: string[] = [];
    const since = textOption(options, 'since');

    const count = await followLogs({
      client, namespace, application, process: only, signal, clock: systemClock,
      follow: options['follow'] === true, previous: options['previous'] === true, tail: parseTail(options), since: since === undefined ? undefined : Math.ceil(parseDuration('--since', since) / 1000),
      onLine({ process: name, pod }, line) {
        if (!known.includes(name)) known.push(name);
        out.line(`${paint[known.indexOf(name) % paint.length](`${name} ${pod.slice(-5)} |`)} ${line}`);
      },
    });
    if (count === 0 && !options['follow']) out.note(`no container of ${application}${only ? `/${only}` : ''} has a log in namespace ${namespace}; the applications are listed by: twelve status`);
  },
};

function parseTail(options: Options): number | undefined {
  const tail = textOption(options, 'tail');
  if (tail === undefined) return undefined;
  if (!/^\d+$/.test(tail)) throw new Error(`--tail "${tail}" is not a number of lines`);
  return Number(tail);
}
