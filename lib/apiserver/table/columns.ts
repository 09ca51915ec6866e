import * as fs from 'node:fs';
import { apiVersionOf } from '../../api/kinds';
import { packageFile } from '../../base/package-root';
import type { Resource } from '../registry/resource';

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

let facts: Readonly<Record<string, readonly Partial<Column>[]>> | undefined;

const DEFAULT: readonly Column[] = [
  { name: 'Name', type: 'string', format: 'name', description: '', priority: 0 },
  { name: 'Created At', type: 'date', format: '', description: '', priority: 0 },
];

/** What kubectl prints for a kind. */
export function columnsOf(resource: Resource): readonly Column[] {
  facts ??= JSON.parse(fs.readFileSync(packageFile('lib/api/facts/tables.json'), 'utf8')) as Readonly<Record<string, readonly Partial<Column>[]>>;
  if (resource.custom) {
    const name: Column = { name: 'Name', type: 'string', format: 'name', description: '', priority: 0 };
    return [name, ...resource.custom.columns.map((column) => ({ name: column.name, type: column.type, format: column.format ?? '', description: column.description ?? '', priority: column.priority ?? 0 }))];
  }
  const known = facts[`${apiVersionOf(resource)}/${resource.resource}`];
  return known ? known.map((column) => ({ name: '', type: 'string', format: '', description: '', priority: 0, ...column })) : DEFAULT;
}
