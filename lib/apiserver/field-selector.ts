import * as fs from 'node:fs';
import { packageFile } from '../base/package-root';
import { apiVersionOf, type ResourceInfo } from '../api/kinds';
import { badRequest } from '../api/status-error';
import type { AnyObject } from './any-object';

export interface FieldTerm {
  readonly field: string;
  readonly negated: boolean;
  readonly value: string;
}

interface SelectableFields {
  readonly accepted: readonly string[];
  readonly refusal: { readonly message?: string };
}

let facts: Readonly<Record<string, SelectableFields>> | undefined;

/** The `fieldSelector` query parameter for a resource. Throws StatusError 400 with the texts of Kubernetes 1.28. */
export function parseFieldSelector(text: string, resource: ResourceInfo): readonly FieldTerm[] {
  const terms = splitTerms(text).filter((term) => term !== '').map((term) => parseTerm(text, term));
  for (const { field } of terms) checkField(field, resource);
  return terms;
}

export function matchesFields(terms: readonly FieldTerm[], object: AnyObject): boolean {
  return terms.every(({ field, negated, value }) => (fieldValue(object, field) === value) !== negated);
}

/** At commas that no backslash escapes. */
function splitTerms(text: string): string[] {
  const terms = [''];
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === ',') {
      terms.push('');
      continue;
    }
    terms[terms.length - 1] += text[at];
    if (text[at] === '\\' && at + 1 < text.length) terms[terms.length - 1] += text[(at += 1)];
  }
  return terms;
}

function parseTerm(text: string, term: string): FieldTerm {
  const found = /^([^=!]*)(!=|==|=)([\s\S]*)$/.exec(term);
  if (!found) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
  const [, field, operator, value] = found;
  return { field, negated: operator === '!=', value: unescape(value) };
}

function unescape(value: string): string {
  let plain = '';
  for (let at = 0; at < value.length; at += 1) {
    if (value[at] === ',' || value[at] === '=') throw badRequest(`invalid field selector: unescaped character in value: ${value[at]}`);
    if (value[at] === '\\') {
      const next = value[(at += 1)] as string | undefined;
      if (next === undefined || !'\\,='.includes(next)) throw badRequest(`invalid field selector: invalid escape sequence: \\${next ?? ''}`);
    }
    plain += value[at];
  }
  return plain;
}

function checkField(field: string, resource: ResourceInfo): void {
  facts ??= JSON.parse(fs.readFileSync(packageFile('lib/api/facts/selectable-fields.json'), 'utf8')) as Readonly<Record<string, SelectableFields>>;
  const known = facts[`${apiVersionOf(resource)}/${resource.resource}`];
  if ((known?.accepted ?? ['metadata.name', 'metadata.namespace']).includes(field)) return;
  if (!known) throw badRequest(`field label not supported: ${field}`);
  throw badRequest((known.refusal.message ?? 'field label not supported: spec.nosuch').replace('spec.nosuch', field));
}

/** What an absent field counts as, where that is not the empty text. */
const WHEN_ABSENT: Readonly<Record<string, string>> = { 'spec.hostNetwork': 'false', 'spec.unschedulable': 'false', 'status.replicas': '0', 'status.successful': '0' };

function fieldValue(object: AnyObject, field: string): string {
  if (field === 'status.successful') return String(object.status?.succeeded ?? 0);
  if (field === 'source') return String((object.source as { component?: string } | undefined)?.component ?? object.reportingComponent ?? '');
  if (field === 'status.podIPs') return ((object.status?.podIPs ?? []) as readonly { readonly ip?: string }[]).map(({ ip }) => ip).join(',');
  let value: unknown = object;
  for (const segment of field.split('.')) value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[segment] : undefined;
  return value === undefined || value === null ? (WHEN_ABSENT[field] ?? '') : String(value);
}
