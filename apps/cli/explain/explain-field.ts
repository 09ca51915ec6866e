import { checkObjects } from '../../../lib/check/check-objects';
import { rules } from '../../../lib/check/index';
import { parseManifests } from '../../../lib/apply/load/parse-manifests';
import { unsupportedFields } from '../../../lib/apiserver/admission/unsupported-fields';
import { fieldNotes } from '../../docs/compatibility/field-notes';
import { tryDescription } from './descriptions';
import { describeKind, fieldsOf, findField, typeName, type FieldPlace } from './field-path';
import { wrap } from './wrap';

/** What is to be known about a field: Kubernetes' description, what the bundled runtime does with it, and which rules look at it. Throws for a name that does not exist. */
export function explainField(words: string): readonly string[] {
  const place = findField(words);
  const { path, schema, field } = place;
  const description = field ? tryDescription(field.owner)?.fields.get(field.name) : place.type && tryDescription(place.type)?.text;
  return [
    path.length === 0 ? describeKind(place.resource) : `${place.resource.kind}.${path.join('.')}: ${typeName(schema)}${field?.required ? ', required' : ''}`,
    ...facts(place).map((line) => `  ${line}`),
    '',
    ...wrap(description || 'Kubernetes says nothing about it.'),
    ...listFields(place),
    ...listRules(place),
  ];
}

function facts({ schema, field }: FieldPlace): readonly string[] {
  const owner = field?.owner.slice(field.owner.lastIndexOf('.') + 1);
  const refused = unsupportedFields.find((rule) => rule.type === owner && rule.field === field?.name);
  const note = fieldNotes.find((one) => one.field === `${owner}.${field?.name}`);
  return [
    ...(schema.enum ? [`one of: ${schema.enum.join(', ')}`] : []),
    ...(schema.default !== undefined && !isEmpty(schema.default) ? [`default: ${JSON.stringify(schema.default)}`] : []),
    ...(refused ? [`refused by the bundled runtime${refused.values ? ` (${refused.values})` : ''}: ${refused.why}`] : []),
    ...(note ? [`bundled runtime: ${note.note}`] : []),
  ];
}

const isEmpty = (value: unknown) => value === '' || value === 0 || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

function listFields(place: FieldPlace): readonly string[] {
  const fields = fieldsOf(place);
  if (fields.length === 0) return [];
  const width = Math.max(...fields.map(([name]) => name.length));
  const texts = place.type === undefined ? undefined : tryDescription(place.type)?.fields;
  return ['', 'Fields:', ...fields.map(([name, schema]) => `  ${name.padEnd(width)}  ${typeName(schema)}${firstSentence(texts?.get(name))}`)];
}

function firstSentence(text = ''): string {
  const [sentence] = text.split(/(?<=\.)\s|\n/);
  return sentence ? `   ${sentence.length > 110 ? `${sentence.slice(0, 109)}…` : sentence}` : '';
}

/** A rule looks at a field when it finds something there in its own example. */
function listRules({ resource, path }: FieldPlace): readonly string[] {
  if (path.length === 0) return [];
  const wanted = path.join('.');
  const looking = rules.filter((rule) => checkObjects(parseManifests(rule.examples.fails, rule.id).map(({ object }) => object), [rule]).some(({ object, field }) => {
    const found = field.replace(/\[[^\]]*\]/g, '');
    return object.kind === resource.kind && found === wanted || inPod(found) !== undefined && inPod(found) === inPod(wanted);
  }));
  return looking.length === 0 ? [] : ['', 'Checked by:', ...looking.map(({ id, summary }) => `  ${id}   ${summary}`)];
}

/** The part of a path that is the same in a Pod and in every workload's template. */
const inPod = (path: string): string | undefined => /(?:^|template\.)spec\.((?:containers|initContainers|volumes|securityContext|hostNetwork|serviceAccountName)\b.*)$/.exec(path)?.[1];
