import type { FieldDrift } from '../../../lib/apply/drift/object-drift';
import { showValue } from '../../../lib/apply/fields/show-value';
import type { CommandEvent } from './command-event';

/** What drift is, for people. Pure. */
export function driftLines({ application, release, objects, unseen, unfinished }: Extract<CommandEvent, { stage: 'drift' }>): readonly string[] {
  const states = (['changed', 'missing', 'ending', 'foreign', 'unknown'] as const).map((state) => [objects.filter((object) => object.state === state).length, state] as const).filter(([count]) => count > 0);
  return [
    `drift    ${application}, release ${release}: ${states.map(([count, state]) => `${count} ${state}`).join(', ') || 'none'}`,
    ...objects.flatMap((object) => [`           ${SIGNS[object.state]} ${object.kind} ${object.name}${REMARKS[object.state]}`, ...object.fields.map((field) => `               ${fieldLine(field)}`), ...(object.note ? object.note.split('\n').map((line) => `               ${line}`) : [])]),
    ...(unfinished === undefined ? [] : [`         release ${unfinished} was begun and did not get ready: what it has changed is among this`]),
    ...(unseen.length === 0 ? [] : [`         not looked for, because they may not be listed: ${unseen.join(', ')}`]),
  ];
}

const SIGNS = { changed: '~', missing: '-', ending: '-', foreign: '!', unknown: '+' } as const;
const REMARKS = { changed: '', missing: ' is missing', ending: ' is being deleted', foreign: ' cannot be brought back', unknown: ' has the label of the application, and no release knows it' } as const;

function fieldLine({ field, wanted, actual, by, at }: FieldDrift): string {
  const what = actual === undefined && wanted === undefined ? 'is another one'
    : actual === undefined ? `is gone, wanted ${showValue(wanted)}`
      : wanted === undefined ? `is ${showValue(actual)}, which the release does not have` : `is ${showValue(actual)}, wanted ${showValue(wanted)}`;
  return `${field} ${what}${by ? `   (${by}${at ? `, ${at}` : ''})` : ''}`;
}
