import { formatPosition } from '../../../lib/check/locate';
import type { ApplyEvent } from '../../../lib/apply/apply-event';
import type { ImageProgress } from '../../../lib/apply/images/image-supplier';
import type { Progress } from '../../../lib/apply/wait-until-ready';
import { formatDuration } from './duration';
import type { Output } from './output';

/** Prints the events of an apply. */
export type ApplyPrinter = (event: ApplyEvent) => void;

/** One JSON object a line, for programs. */
export function jsonPrinter(out: Output): ApplyPrinter {
  let last = '';
  return (event) => {
    const line = JSON.stringify(event);
    if (line !== last) out.line(line); // a watch event that changes nothing for a person is nothing for a program either
    last = line;
  };
}

/** One screen for people: a line per stage; while waiting, the line changes on a terminal, and elsewhere a new one is written when something has changed. */
export function textPrinter(out: Output, { cluster, now }: { readonly cluster: string; readonly now: () => number }): ApplyPrinter {
  let waitingSince: number | undefined;
  let taskSince = 0;
  let shown = '';
  let finalLine = '';
  return (event) => {
    switch (event.stage) {
      case 'check': return printCheck(out, event);
      case 'build': return printBuild(out, event);
      case 'plan': return printPlan(out, event, cluster);
      case 'apply': return undefined;
      case 'wait': {
        waitingSince ??= now();
        const lines = waitLines(event.progress);
        finalLine = lines[0] ?? '';
        const text = lines.join('\n');
        if (text === shown) return undefined;
        shown = text;
        if (out.interactive) out.status(lines.map((line, index) => (index === 0 ? `wait     ${line}` : line)));
        else if (!event.progress.every(({ done }) => done)) out.lines(lines.map((line, index) => (index === 0 ? `wait     ${line}` : line)));
        return undefined;
      }
      case 'task':
        if (event.state === 'running') taskSince = now();
        else {
          out.status([]);
          out.line(`release  ${event.task} done in ${formatDuration(now() - taskSince)}`);
          [waitingSince, finalLine] = [undefined, ''];
        }
        return undefined;
      case 'prune': return out.line(`prune    - ${event.kind} ${event.name}`);
      case 'rollback': {
        out.status([]);
        [waitingSince, shown, finalLine] = [undefined, '', ''];
        return out.note(`${event.reason}\nrollback to release ${event.to}`);
      }
      case 'done': {
        out.status([]);
        if (finalLine) out.line(`wait     ${finalLine}   ${formatDuration(now() - (waitingSince ?? now()))}`);
        for (const { kind, name, reason } of event.kept) out.line(`keep     ${kind} ${name}${REASONS[reason]}`);
        const what = `${event.release === undefined ? '' : `release ${event.release}, `}${event.changed === 0 ? 'nothing had to change' : `${objectCount(event.changed)} applied`}`;
        out.line(['done     ' + what, ...event.addresses.map(({ process, url }) => `         ${process}  ${url}`)].join('\n'));
        return undefined;
      }
    }
  };
}

const REASONS = { data: ': it has data; remove it with kubectl delete when that is not needed any more', annotation: '', asked: ': this time; the next apply without --keep removes it' } as const;

function printCheck(out: Output, { objects, findings }: Extract<ApplyEvent, { stage: 'check' }>): void {
  const count = findings.length === 0 ? 'no findings' : findings.length === 1 ? '1 finding' : `${findings.length} findings`;
  out.line(`check    ${objectCount(objects)}, ${count}`);
  for (const { severity, rule, object, field, message, fix, location } of findings) {
    const place = location ? `${formatPosition(location)}: ` : '';
    if (severity === 'warning') out.line(`           ${place}${rule}: ${object.kind} ${object.metadata.name ?? ''}: ${field}: ${message}; ${fix}`);
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

function printPlan(out: Output, { application, objects }: Extract<ApplyEvent, { stage: 'plan' }>, cluster: string): void {
  const count = (action: string) => objects.filter((object) => object.action === action).length;
  const rare = (['replace', 'run', 'prune'] as const).filter((action) => count(action) > 0).map((action) => `, ${count(action)} ${action}`).join('');
  out.line(`plan     ${application} on ${cluster}: ${count('create')} create, ${count('change')} change${rare}, ${count('unchanged')} unchanged`);
  for (const { action, kind, name, fields } of objects) {
    if (action === 'unchanged') continue;
    const more = fields.length > 3 ? `, and ${fields.length - 3} more` : '';
    out.line(`           ${SIGNS[action]} ${kind} ${name}${fields.length > 0 ? `   ${fields.slice(0, 3).join(', ')}${more}` : ''}`);
  }
}

/** The first line has every process; the others say what is wrong. */
function waitLines(progress: readonly Progress[]): readonly string[] {
  const workloads = progress.filter(({ kind, done }) => !QUIET.includes(kind) || !done);
  const summary = workloads.map(({ process, kind, message }) => `${process}${QUIET.includes(kind) ? ` (${kind})` : ''} ${message}`).join('   ');
  const problems = progress.flatMap(({ process, done, problem }) => (problem && !done ? [`           ${process}: ${problem.reason}: ${problem.message.split('\n')[0]}`] : []));
  return [summary, ...problems];
}

/** Shown only while they are not ready. */
const QUIET = ['Service', 'PersistentVolume', 'PersistentVolumeClaim', 'Namespace', 'CustomResourceDefinition', 'HorizontalPodAutoscaler', 'PodDisruptionBudget', 'APIService', 'CertificateSigningRequest'];
