import type { AnyObject } from '../any-object';
import type { Resource } from '../registry/resource';
import { customColumns } from './columns';
import { since } from './values';

/** Cells by the JSON paths that the definition declares; what is absent is null. */
export function customCells(resource: Resource, object: AnyObject, now: number): readonly unknown[] {
  return [object.metadata.name, ...customColumns(resource).map(({ jsonPath, type }) => cell(evaluate(object, jsonPath)[0], type, now))];
}

function cell(value: unknown, type: string, now: number): unknown {
  if (value === undefined || value === null) return null;
  if (type === 'date') return since(value, now);
  if (type === 'integer' || type === 'number' || type === 'boolean') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string);
}

const STEP = /^(?:\.([A-Za-z_][\w-]*(?:\\\.[\w-]+)*)|\['((?:[^'\\]|\\.)*)'\]|\[(\d+)\]|\[\*\]|\[\?\(@\.([\w.]+)\s*==\s*["']([^"']*)["']\)\])/;

/** The values that a JSON path of a printer column means: fields, indexes, `[*]` and filters by equality. */
export function evaluate(root: unknown, path: string): readonly unknown[] {
  let values: readonly unknown[] = [root];
  let rest = path.replace(/^\{|\}$/g, '');
  while (rest !== '') {
    const step = STEP.exec(rest);
    if (!step) return [];
    const [text, field, quoted, index, filterField, filterValue] = step as readonly (string | undefined)[];
    const name = field?.replace(/\\\./g, '.') ?? quoted;
    values = values.flatMap((value) => take(value, { name, index, filterField, filterValue }));
    rest = rest.slice(text?.length ?? rest.length);
  }
  return values;
}

interface Step {
  readonly name?: string;
  readonly index?: string;
  readonly filterField?: string;
  readonly filterValue?: string;
}

function take(value: unknown, { name, index, filterField, filterValue }: Step): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (name !== undefined) return Object.hasOwn(value, name) ? [(value as Record<string, unknown>)[name]] : [];
  const list: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  if (index !== undefined) return list.slice(Number(index), Number(index) + 1);
  if (filterField === undefined) return list;
  return list.filter((item) => evaluate(item, `.${filterField}`)[0] === filterValue);
}
