import type { Schema } from '../schema/schema-node';
import { DecodingError } from '../decode/decoding-error';
import { FieldSetBuilder } from './field-set';
import type { FieldSet } from './field-set';
import { fieldElement, itemElement, keyText, pathText } from './path-element';
import { asList, asMap, childSchema, equalValues, isEmptyMap, shapeOf } from './typed-value';

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Which fields differ between two values of a schema; a new or gone list element, map or object counts itself beside its fields. Throws on duplicate list keys. */
export function compareValues(before: unknown, after: unknown, schema: Schema): Comparison {
  const comparer = new Comparer();
  comparer.compare(before, after, schema);
  return { added: comparer.added.root, modified: comparer.modified.root, removed: comparer.removed.root };
}

class Comparer {
  readonly added = new FieldSetBuilder();
  readonly modified = new FieldSetBuilder();
  readonly removed = new FieldSetBuilder();
  private readonly path: string[] = [];

  compare(before: unknown, after: unknown, schema: Schema): void {
    if (before === after) return;
    const shape = shapeOf(after ?? before, schema);
    if (shape === 'map') this.compareMaps(before, after, schema);
    else if (shape === 'list') this.compareLists(before, after, schema);
    else this.compareLeaves(before, after);
  }

  private compareMaps(before: unknown, after: unknown, schema: Schema): void {
    const left = asMap(before);
    const right = asMap(after);
    if (schema.atomic || (isEmptyMap(left) && isEmptyMap(right))) return this.compareLeaves(before, after);
    for (const key in left) this.descend(fieldElement(key), left[key], right?.[key], childSchema(schema, key));
    for (const key in right) if (left?.[key] === undefined) this.descend(fieldElement(key), undefined, right[key], childSchema(schema, key));
    this.compareExistence(before, after);
  }

  private compareLists(before: unknown, after: unknown, schema: Schema): void {
    const left = asList(before);
    const right = asList(after);
    if (schema.listType === 'atomic' || (!left?.length && !right?.length)) return this.compareLeaves(before, after);
    const element = childSchema(schema, '');
    const leftItems = this.index(left, schema);
    const rightItems = this.index(right, schema);
    for (const [key, item] of leftItems) this.descend(key, item, rightItems.get(key), element);
    for (const [key, item] of rightItems) if (!leftItems.has(key)) this.descend(key, undefined, item, element);
    this.compareExistence(before, after);
  }

  private index(list: readonly unknown[] | undefined, schema: Schema): Map<string, unknown> {
    const items = new Map<string, unknown>();
    for (const item of list ?? []) {
      const key = itemElement(item, schema);
      if (items.has(key)) throw new DecodingError(`${pathText(this.path)}: duplicate entries for key [${keyText(key)}]`);
      items.set(key, item);
    }
    return items;
  }

  private descend(element: string, before: unknown, after: unknown, schema: Schema): void {
    if (before === after) return;
    this.path.push(element);
    this.compare(before, after, schema);
    this.path.pop();
  }

  private compareExistence(before: unknown, after: unknown): void {
    if (before === undefined) this.added.insert(this.path);
    else if (after === undefined) this.removed.insert(this.path);
  }

  private compareLeaves(before: unknown, after: unknown): void {
    if (before === undefined) this.added.insert(this.path);
    else if (after === undefined) this.removed.insert(this.path);
    else if (!equalValues(before, after)) this.modified.insert(this.path);
  }
}
