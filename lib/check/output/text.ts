import type { CheckResult } from '../check-manifests';
import { formatPosition, type SourcePosition } from '../origin';
import type { Finding, Severity } from '../rule';
import { hasObject } from '../syntax-rule';

export interface TextOptions {
  readonly colours: boolean;
  /** The lines of a file, if it can be read. */
  readonly readLines: (file: string) => readonly string[] | undefined;
}

/** For people: every finding with its place, the reason and what to do; what is found in many objects at one place is told once. The last line is the sum. */
export function formatText(result: CheckResult, { colours, readLines }: TextOptions): string {
  const paint = painter(colours);
  const blocks = groups(result.findings).map((group) => formatGroup(group, paint, readLines));
  return [...blocks, summary(result, paint)].join('\n\n');
}

/** `14 objects: 2 errors, 1 warning; 1 ignored`. */
export function summary({ objects, findings, ignored }: CheckResult, paint: Paint = painter(false)): string {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const parts = (['error', 'warning'] as const).flatMap((severity) => (count(severity) > 0 ? [paint(severity, plural(count(severity), severity))] : []));
  const found = parts.length > 0 ? parts.join(', ') : 'no findings';
  return `${plural(objects, 'object')}: ${found}${ignored.length > 0 ? `; ${ignored.length} ignored with a reason` : ''}`;
}

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;

/** Findings that differ in their object only: a loop makes many objects at one line. */
function groups(findings: readonly Finding[]): readonly (readonly Finding[])[] {
  const byPlace = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { rule, field, location, message, fix } = finding;
    const key = location && finding.origin?.kind === 'construct' ? [rule, field, formatPosition(location)].join('\n') : [rule, field, message, fix, location && formatPosition(location), JSON.stringify(finding.object.metadata)].join('\n');
    const group = byPlace.get(key);
    if (group) group.push(finding);
    else byPlace.set(key, [finding]);
  }
  return [...byPlace.values()];
}

function formatGroup(group: readonly Finding[], paint: Paint, readLines: TextOptions['readLines']): string {
  const [{ rule, severity, field, message, fix, location, related, origin, environments }] = group;
  const template = origin?.kind === 'yaml' && origin.template ? ` (${origin.template})` : '';
  return [
    `${paint(severity, severity)} ${paint('bold', rule)}${location ? `  ${paint('place', formatPosition(location))}${template}` : ''}`,
    ...group.filter(hasObject).slice(0, MOST).map((finding) => `  ${describe(finding)}`),
    ...(group.length > MOST ? [`  and ${group.length - MOST} more`] : []),
    `  ${field ? `${field}: ` : ''}${message}${environments ? ` (in ${environments.join(', ')})` : ''}`,
    ...(location ? excerpt(location, linesFor(group[0], readLines), paint) : []),
    `  ${paint('bold', 'fix')}: ${fix}`,
    ...(related ?? []).map((position) => `  called from ${formatPosition(position)}`),
  ].join('\n');
}

const MOST = 5;

function describe({ object, origin }: Finding): string {
  const { kind, metadata: { name, namespace } } = object;
  return `${kind} ${namespace ? `${namespace}/` : ''}${name ?? ''}${origin?.kind === 'construct' ? ` made by ${origin.path}` : ''}`;
}

/** Lines of the file by their number. */
type LineOf = (line: number) => string | undefined;

function linesFor({ origin, location }: Finding, readLines: TextOptions['readLines']): LineOf {
  if (origin?.kind === 'yaml') {
    const lines = origin.text().split(/\r?\n/);
    return (line) => lines[line - origin.line];
  }
  const lines = location && readLines(location.file);
  return (line) => lines?.[line - 1];
}

/** The line with the one before and the one after, and a mark under the column. */
function excerpt({ line, column }: SourcePosition, lineOf: LineOf, paint: Paint): readonly string[] {
  const shown = [line - 1, line, line + 1].flatMap((number) => {
    const text = lineOf(number);
    return text === undefined || (number !== line && !text.trim()) ? [] : [{ number, text: text.length > WIDTH ? `${text.slice(0, WIDTH)}…` : text }];
  });
  if (!shown.some(({ number }) => number === line)) return [];
  const width = String(line + 1).length;
  return shown.flatMap(({ number, text }) => [
    paint('faint', `  ${String(number).padStart(width)} | `) + text,
    ...(number === line ? [`${paint('faint', `  ${' '.repeat(width)} | `)}${text.slice(0, column - 1).replace(/[^\t]/g, ' ')}${paint('bold', '^')}`] : []),
  ]);
}

const WIDTH = 160;

type Style = Severity | 'bold' | 'faint' | 'place';
type Paint = (style: Style, text: string) => string;

const CODES: Readonly<Record<Style, string>> = { error: '1;31', warning: '1;33', bold: '1', faint: '2', place: '36' };

const painter = (colours: boolean): Paint => (style, text) => (colours ? `\x1b[${CODES[style]}m${text}\x1b[0m` : text);
