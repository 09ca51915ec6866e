import type { Change } from '../../../lib/apply/describe-changes';
import type { Difference } from '../../../lib/apply/diff';
import { showValue } from '../../../lib/apply/fields/show-value';

const SIGNS = { create: '+', change: '~', replace: '±', run: '>', prune: '-', unchanged: ' ' } as const;
/** Of a text with several lines, those that differ. */
const MOST_LINES = 10;

/** A diff for people: the objects under the constructs that make them, under each the values that differ. Pure. */
export function changeLines(changes: readonly Change[]): readonly string[] {
  let group: string | undefined;
  return changes.flatMap(({ action, construct, kind, name, instead, differences }) => {
    const heading = construct !== undefined && construct !== group ? [construct] : [];
    group = construct;
    const indent = construct === undefined ? '' : '  ';
    const silent = action === 'change' && differences.length === 0 ? '   only who owns its fields' : '';
    return [...heading, `${indent}${SIGNS[action]} ${kind} ${name}${instead ? `   instead of ${instead}` : ''}${silent}`, ...differences.flatMap(differenceLines).map((line) => `${indent}    ${line}`)];
  });
}

function differenceLines({ path, before, after }: Difference): readonly string[] {
  if (isText(before) && isText(after)) return [`~ ${path}:`, ...changedLines(before, after).map((line) => `    ${line}`)];
  if (before === undefined) return [`+ ${path}: ${showValue(after)}`];
  return [after === undefined ? `- ${path}: ${showValue(before)}` : `~ ${path}: ${showValue(before)} → ${showValue(after)}`];
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.trimEnd().includes('\n');

/** The lines between the first and the last that differ. */
function changedLines(before: string, after: string): readonly string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const shortest = Math.min(old.length, now.length);
  let head = 0;
  while (head < shortest && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  return [...cut(old.slice(head, old.length - tail), '-'), ...cut(now.slice(head, now.length - tail), '+')];
}

function cut(lines: readonly string[], sign: string): readonly string[] {
  const shown = lines.slice(0, MOST_LINES).map((line) => `${sign} ${showValue(line, 160).replace(/^"(.*)"$/, '$1')}`);
  return lines.length > MOST_LINES ? [...shown, `${sign} … ${lines.length - MOST_LINES} more lines`] : shown;
}
