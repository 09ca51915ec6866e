import { StatusError, newStatus } from '../status-error';
import { pathsOf } from './field-set';
import type { FieldSet } from './field-set';
import type { Manager } from './managers';
import { pathText } from './path-element';

/** Fields of others that an apply would change, by the owner's identity. */
export type Conflicts = ReadonlyMap<string, { readonly owner: Manager; readonly fields: FieldSet }>;

/** 409 with one cause per field. Follows NewConflictError of apimachinery. */
export function conflictError(conflicts: Conflicts): StatusError {
  const sorted = [...conflicts].sort(([a], [b]) => (a < b ? -1 : 1));
  const found = sorted.flatMap(([, { owner, fields }]) => pathsOf(fields).map((path) => ({ who: describe(owner), field: pathText(path) })));
  const causes = found.map(({ who, field }) => ({ reason: 'FieldManagerConflict', message: `conflict with ${who}`, field }));
  return new StatusError(newStatus(409, 'Conflict', messageOf(found), { causes }));
}

function messageOf(found: readonly { readonly who: string; readonly field: string }[]): string {
  const first = found[0];
  if (found.length === 1 && first) return `Apply failed with 1 conflict: conflict with ${first.who}: ${first.field}`;
  const owners = [...new Set(found.map(({ who }) => who))];
  const lines = owners.flatMap((owner) => [`conflicts with ${owner}:`, ...found.filter(({ who }) => who === owner).map(({ field }) => `- ${field}`)]);
  return `Apply failed with ${found.length} conflicts: ${lines.join('\n')}`;
}

function describe({ manager, operation, apiVersion, subresource }: Manager): string {
  const name = JSON.stringify(manager) + (subresource ? ` with subresource ${JSON.stringify(subresource)}` : '');
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
