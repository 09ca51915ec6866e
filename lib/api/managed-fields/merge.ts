import type { Schema } from '../schema/schema-node';
import { itemElement } from './path-element';
import { asList, asMap, childSchema, isEmptyMap, shapeOf } from './typed-value';

/** The live value with the applied one over it: maps and associative lists are merged, everything else is taken from the applied value if it has it. */
export function mergeValues(live: unknown, applied: unknown, schema: Schema): unknown {
  if (applied === undefined) return live;
  if (live === undefined) return applied;
  const shape = shapeOf(applied ?? live, schema);
  if (shape === 'map') return mergeMaps(live, applied, schema);
  return shape === 'list' ? mergeLists(live, applied, schema) : applied;
}

function mergeMaps(live: unknown, applied: unknown, schema: Schema): unknown {
  const left = asMap(live);
  const right = asMap(applied);
  if (schema.atomic || (isEmptyMap(left) && isEmptyMap(right))) return applied;
  const result: Record<string, unknown> = { ...left };
  for (const key in right) result[key] = mergeValues(left?.[key], right[key], childSchema(schema, key));
  return result;
}

function mergeLists(live: unknown, applied: unknown, schema: Schema): unknown {
  const left = asList(live) ?? [];
  const right = asList(applied) ?? [];
  if (schema.listType === 'atomic' || (left.length === 0 && right.length === 0)) return applied;
  return schema.listType === 'set' ? mergeSets(left, right) : new ListMerge(left, right, schema).run();
}

/** Values keep their place; new ones follow in the order they were applied. */
function mergeSets(live: readonly unknown[], applied: readonly unknown[]): unknown[] {
  return [...new Set([...live, ...applied])];
}

/** Applied elements in the order they were applied; live ones that were not applied stay where they were between them. */
class ListMerge {
  private readonly leftKeys: readonly string[];
  private readonly rightKeys: readonly string[];
  private readonly leftItems: ReadonlyMap<string, unknown>;
  private readonly rightItems: ReadonlyMap<string, unknown>;
  private readonly shared: string[];
  private readonly done = new Set<string>();
  private readonly out: unknown[] = [];

  constructor(private readonly left: readonly unknown[], private readonly right: readonly unknown[], private readonly schema: Schema) {
    this.leftKeys = left.map((item) => itemElement(item, schema));
    this.rightKeys = right.map((item) => itemElement(item, schema));
    this.leftItems = new Map(this.leftKeys.map((key, index) => [key, left[index]]));
    this.rightItems = new Map(this.rightKeys.map((key, index) => [key, right[index]]));
    this.shared = this.rightKeys.filter((key) => this.leftItems.has(key));
  }

  run(): unknown[] {
    let at = 0;
    let next = 0;
    while (at < this.left.length || next < this.right.length) {
      const key = this.leftKeys[at];
      if (key !== undefined && next < this.right.length) {
        if (key === this.rightKeys[next]) {
          this.take(key);
          at += 1;
          next += 1;
          continue;
        }
        if (this.rightItems.has(key) && this.shared.length > 0 && this.shared[0] !== key) {
          at += 1;
          continue;
        }
      }
      if (key !== undefined && !this.rightItems.has(key)) {
        this.out.push(this.left[at]);
        at += 1;
      } else if (key !== undefined && this.done.has(key)) at += 1;
      else if (next < this.right.length) {
        this.take(this.rightKeys[next] as string);
        next += 1;
      } else at += 1;
    }
    return this.out;
  }

  private take(key: string): void {
    if (this.shared[0] === key) this.shared.shift();
    this.done.add(key);
    this.out.push(mergeValues(this.leftItems.get(key), this.rightItems.get(key), childSchema(this.schema, '')));
  }
}
