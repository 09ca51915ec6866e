import pico from 'picocolors';
import type { ApplicationPlace } from '../../../lib/apply/find-application';
import type { LogSource } from '../../../lib/apply/follow-logs';
import type { Client } from '../../../lib/client/client';
import { parseDuration } from '../output/duration';
import { applicationOf, applicationOptions } from './application-options';
import { type Command, type Invocation, type Options, textOption } from './command';

/** `twelve logs`: all processes of an application in one stream (factor XI). */
export const logs: Command = {
  name: 'logs',
  summary: 'Show the logs of all processes of an application',
  arguments: [{ name: 'process', summary: 'only these; an application before them, or --app, says whose', variadic: true }],
  options: [
    ...applicationOptions,
    { flag: '-f, --follow', summary: 'go on until interrupted, new copies included' },
    { flag: '--previous', summary: 'of the run before the last restart' },
    { flag: '--tail <lines>', summary: 'only the last lines of each (default: all; 10 with --follow)' },
    { flag: '--since <duration>', summary: 'only what is newer' },
    { flag: '-c, --container <name>', summary: 'only containers of this name (default: all, sidecars included)' },
    { flag: '--output <format>', summary: 'text, or json: one line of a log an object', choices: ['text', 'json'], default: 'text' },
  ],
  examples: ['twelve logs', 'twelve logs web mailer -f --since 5m', 'twelve logs shop web --previous'],

  async run(invocation) {
    const { options, out, target, signal } = invocation;
    const [client, { followLogs }, { systemClock }] = await Promise.all([target.client(), import('../../../lib/apply/follow-logs.js'), import('../../../lib/base/clock.js')]);
    const since = textOption(options, 'since');
    const settings = {
      follow: options['follow'] === true, previous: options['previous'] === true, tail: parseTail(options), container: textOption(options, 'container'),
      ...(since !== undefined && { since: Math.ceil(parseDuration('--since', since) / 1000) }),
    };
    const { place: { name: application, namespace }, processes } = await whose(client, invocation);
    await refuseUnknown(client, application, namespace, processes);
    const count = await followLogs({ client, namespace, application, processes, signal, clock: systemClock, ...settings, onLine: options['output'] === 'json' ? jsonLine(invocation) : textLine(invocation) });
    if (count === 0 && !settings.follow) out.note(`no container of ${application}${processes.length > 0 ? ` (${processes.join(', ')})` : ''} has ${settings.previous ? 'been started again' : 'a log'} in namespace ${namespace}`);
  },
};

/** The first word may be an application: one that is there under this name. Otherwise all words are processes. */
async function whose(client: Client, invocation: Invocation): Promise<{ readonly place: ApplicationPlace; readonly processes: readonly string[] }> {
  const { args: [first, ...others], options, target } = invocation;
  if (first !== undefined && textOption(options, 'app') === undefined) {
    const [{ applicationsIn, tryChooseApplication }, namespace] = await Promise.all([import('../../../lib/apply/find-application.js'), target.namespace()]);
    const place = tryChooseApplication(await applicationsIn(client, namespace), { name: first }, { namespace, elsewhere: false }) ?? (target.namesNamespace ? undefined : await elsewhere(client, first));
    if (place) return { place, processes: others };
  }
  return { place: await applicationOf(invocation, client), processes: invocation.args };
}

async function elsewhere(client: Client, name: string): Promise<ApplicationPlace | undefined> {
  const { applicationsIn, tryChooseApplication } = await import('../../../lib/apply/find-application.js');
  const all = await applicationsIn(client, undefined).catch(() => []); // who may see one namespace alone means that one
  return tryChooseApplication(all, { name }, { namespace: '', elsewhere: true });
}

async function refuseUnknown(client: Client, application: string, namespace: string, processes: readonly string[]): Promise<void> {
  if (processes.length === 0) return;
  const [{ findWorkloads }, { workloadOf }, { processName }] = await Promise.all([import('../../../lib/apply/day-two/find-workloads.js'), import('../../../lib/apply/run/one-off-pod.js'), import('../../../lib/apply/application.js')]);
  const workloads = await findWorkloads(client, application, namespace);
  const names = new Set(workloads.map(processName)); // Jobs of a CronJob included
  for (const process of processes) if (!names.has(process)) workloadOf(workloads, process, application);
}

function textLine({ out, environment }: Invocation): (source: LogSource, line: string) => void {
  const colors = pico.createColors(out.interactive && !environment['NO_COLOR']);
  const paint = [colors.cyan, colors.yellow, colors.green, colors.magenta, colors.blue, colors.red];
  const known: string[] = [];
  return ({ process, pod, container }, line) => {
    if (!known.includes(process)) known.push(process);
    out.line(`${paint[known.indexOf(process) % paint.length](`${process}${container === process ? '' : `/${container}`} ${pod.slice(-5)} |`)} ${line}`);
  };
}

function jsonLine({ out }: Invocation): (source: LogSource, line: string) => void {
  return ({ process, pod, container }, line) => out.line(JSON.stringify({ process, pod, container, line }));
}

function parseTail(options: Options): number | undefined {
  const tail = textOption(options, 'tail');
  if (tail === undefined) return undefined;
  if (!/^\d+$/.test(tail)) throw new Error(`--tail "${tail}" is not a number of lines`);
  return Number(tail);
}
