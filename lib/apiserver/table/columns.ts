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

interface Descriptions {
  readonly texts: readonly string[];
  /** Index into `texts` for each column of a resource. */
  readonly columns: Readonly<Record<string, readonly number[]>>;
}

let tables: Readonly<Record<string, readonly Column[]>> | undefined;

const plain = (name: string, type = 'string', format = ''): Column => ({ name, type, format, description: '', priority: 0 });

const SCALE = [plain('Name'), plain('Desired', 'integer'), plain('Available', 'integer'), plain('Age')];
const DEFAULT = [plain('Name', 'string', 'name'), plain('Created At', 'date')];
/** Of custom resources that declare no columns. */
const CREATED = { name: 'Age', type: 'date', description: 'CustomResourceDefinition is not yet established', jsonPath: '.metadata.creationTimestamp' };
const AGE_TEXT = 'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata';

/** The columns that a definition declares, or the one that all have. */
export function customColumns({ custom }: Resource): NonNullable<Resource['custom']>['columns'] {
  return custom && custom.columns.length > 0 ? custom.columns : [{ ...CREATED, description: AGE_TEXT }];
}

/** What kubectl prints for a kind. */
export function columnsOf(resource: Resource): readonly Column[] {
  tables ??= load();
  if (!resource.custom) return tables[`${apiVersionOf(resource)}/${resource.resource}`] ?? DEFAULT;
  const name = tables['v1/pods'][0];
  return [name, ...customColumns(resource).map((column) => ({ name: column.name, type: column.type, format: column.format ?? '', description: column.description ?? customDescription(column.jsonPath), priority: column.priority ?? 0 }))];
}

const customDescription = (jsonPath: string) => `Custom resource definition column (in JSONPath format): ${jsonPath}`;

function load(): Readonly<Record<string, readonly Column[]>> {
  const read = (file: string) => JSON.parse(fs.readFileSync(packageFile(`lib/api/facts/${file}`), 'utf8')) as unknown;
  const recorded = { ...(read('tables.json') as Readonly<Record<string, readonly Column[]>>), 'autoscaling/v1/scales': SCALE };
  const { texts, columns } = read('table-descriptions.json') as Descriptions;
  const described = (key: string, { name, type, format, priority }: Column, index: number): Column => {
    const description = texts[columns[key]?.[index] ?? 0];
    return { name, type, format, description, priority };
  };
  return Object.fromEntries(Object.entries(recorded).map(([key, own]) => [key, own.map((column, index) => described(key, column, index))]));
}
