import type { Clock } from '../../../lib/base/clock';
import { formatPosition } from '../../../lib/check/origin';
import type { ImageProgress } from '../../../lib/apply/images/image-supplier';
import type { Progress } from '../../../lib/apply/wait-until-ready';
import type { CommandEvent, CommandResult } from './command-event';
import { driftLines } from './drift-lines';
import { formatDuration } from './duration';
import type { Output } from './output';
import { progressTable, summaryLine, waitLines } from './progress-table';

/** Writes events for people. */
export interface TextPrinter {
  print(event: CommandEvent): void;
  /** Nothing is drawn any more. */
  stop(): void;
}

/** How often the time that has passed is drawn again. */
const TICK = 1000;

/** One screen: a line per stage; while waiting, a table that is kept up to date on a terminal, and elsewhere a line whenever something has changed. */
export function textPrinter(out: Output, clock: Clock): TextPrinter {
  let waiting: { readonly since: number; readonly progress: readonly Progress[]; readonly text: string } | undefined;
  let cancel: () => void = () => undefined;
  let taskSince = 0;
  const stop = () => {
    cancel();
    out.status([]);
  };
  const draw = () => {
    if (!waiting) return;
    cancel();
    out.status(progressTable(waiting.progress, { rows: out.rows, elapsed: clock.now() - waiting.since }));
    cancel = clock.setTimer(TICK, draw);
  };
  const wait = (progress: readonly Progress[]) => {
    const lines = waitLines(progress);
    const isNew = lines.join('\n') !== waiting?.text;
    waiting = { since: waiting?.since ?? clock.now(), progress, text: lines.join('\n') };
    if (out.interactive) draw();
    else if (isNew && !progress.every(({ done }) => done)) out.lines(lines);
  };
  /** What was waited for stays on the screen as one line. */
  const endWait = () => {
    stop();
    const summary = waiting && summaryLine(waiting.progress);
    if (waiting && summary) out.line(`wait     ${summary}   ${formatDuration(clock.now() - waiting.since)}`);
    waiting = undefined;
  };
  const forget = () => {
    stop();
    waiting = undefined;
  };
  return {
    stop,
    print(event) {
      switch (event.stage) {
        case 'wait': return wait(event.progress);
        case 'task':
          if (event.state === 'running') taskSince = clock.now();
          else {
            forget();
            out.line(`release  ${event.task} done in ${formatDuration(clock.now() - taskSince)}`);
          }
          return undefined;
        case 'rollback':
          forget();
          return out.note(`${event.reason}\nrollback to release ${event.to}`);
        case 'done':
          endWait();
          return printResult(out, event);
        default: return printStep(out, event);
      }
    },
  };
}

function printStep(out: Output, event: Exclude<CommandEvent, { readonly stage: 'wait' | 'task' | 'rollback' | 'done' }>): void {
  switch (event.stage) {
    case 'check': return printCheck(out, event);
    case 'build': return printBuild(out, event);
    case 'plan': return printPlan(out, event);
    case 'apply': return undefined;
    case 'limit': return out.note(`limit    ${event.message}`);
    case 'prune': return out.line(`prune    - ${event.kind} ${event.name}`);
    case 'delete': return out.line(`delete   - ${event.kind} ${event.name}`);
    case 'scale': return out.line(`scale    ${event.process} ${event.before} → ${event.replicas}`);
    case 'restart': return out.line(`restart  ${event.process}`);
    case 'drift': return out.lines(driftLines(event));
  }
}

const REASONS = { data: ': it has data; remove it with kubectl delete when that is not needed any more', annotation: ': twelve-factor.dev/keep', asked: ': this time; the next apply without --keep removes it', forbidden: ': you may not read it, so it is left to somebody who may' } as const;

function printResult(out: Output, { changed, deleted, ready, release, addresses = [], kept = [] }: CommandResult): void {
  for (const { kind, name, reason } of kept) out.line(`keep     ${kind} ${name}${REASONS[reason]}`);
  if (deleted !== undefined) return out.line(deleted === 0 ? 'delete   nothing is there' : `done     ${objectCount(deleted)} deleted`);
  if (ready !== undefined) return out.line(`done     ${ready ? 'ready' : 'not waited for'}`);
  if (changed === undefined) return undefined;
  const what = `${release === undefined ? '' : `release ${release}, `}${changed === 0 ? 'nothing had to change' : `${objectCount(changed)} applied`}`;
  return out.lines([`done     ${what}`, ...addresses.map(({ process, url }) => `         ${process}  ${url}`)]);
}

function printCheck(out: Output, { objects, findings }: Extract<CommandEvent, { stage: 'check' }>): void {
  const count = findings.length === 0 ? 'no findings' : findings.length === 1 ? '1 finding' : `${findings.length} findings`;
  out.line(`check    ${objectCount(objects)}, ${count}`);
  for (const { severity, rule, object, field, message, fix, location } of findings) {
    const place = location ? `${formatPosition(location)}: ` : '';
    if (severity === 'warning') out.line(`           ${place}${rule}: ${object ? `${object.kind} ${object.name ?? ''}: ` : ''}${field ? `${field}: ` : ''}${message}; ${fix}`);
  }
}

/** What an image's builder and registry say. Public: `twelve build` prints it too. */
export function printBuild(out: Output, { image, action, line, where }: ImageProgress): void {
  if (line !== undefined) return out.line(`           | ${line}`);
  switch (action) {
    case 'present': return out.line(`build    ${image} is there${where ? `, ${where.slice(0, 19)}` : ''}`);
    case 'build': return out.line(`build    ${image}`);
    case 'built': return out.line(`build    ${image} built`);
    case 'push': return undefined;
    case 'pushed': return out.line(`push     ${image} ${where?.slice(0, 19) ?? ''}`);
    case 'copied': return out.line(`build    ${image} copied to node ${where}`);
  }
}

const objectCount = (count: number) => (count === 1 ? '1 object' : `${count} objects`);

const SIGNS = { create: '+', change: '~', replace: '±', run: '>', unchanged: ' ', prune: '-' } as const;

function printPlan(out: Output, { application, cluster, objects }: Extract<CommandEvent, { stage: 'plan' }>): void {
  const count = (action: string) => objects.filter((object) => object.action === action).length;
  const rare = (['replace', 'run', 'prune'] as const).filter((action) => count(action) > 0).map((action) => `, ${count(action)} ${action}`).join('');
  out.line(`plan     ${application} on ${cluster}: ${count('create')} create, ${count('change')} change${rare}, ${count('unchanged')} unchanged`);
  for (const { action, kind, name, fields } of objects) {
    if (action === 'unchanged') continue;
    const more = fields.length > 3 ? `, and ${fields.length - 3} more` : '';
    out.line(`           ${SIGNS[action]} ${kind} ${name}${fields.length > 0 ? `   ${fields.slice(0, 3).join(', ')}${more}` : ''}`);
  }
}
