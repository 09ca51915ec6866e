import { tryYamlPlaces } from '../api/decode/yaml';
import { fieldSteps } from './field-path';
import type { SourcePosition, YamlOrigin } from './origin';

/** Finds fields in documents of plain style (nearly all), for which no other parser is loaded. */
export class PlainYamlLocator {
  private readonly documents = new Map<string, ReturnType<typeof tryYamlPlaces>>();

  /** As YamlLocator.locate; undefined for documents of another style. */
  tryLocate(origin: YamlOrigin, field: string): SourcePosition | undefined {
    const text = origin.text();
    if (!this.documents.has(text)) this.documents.set(text, tryYamlPlaces(text));
    const document = this.documents.get(text);
    if (!document) return undefined;
    let offset = firstOf(document.places.get(document.value as object));
    let value = document.value;
    for (const { key, next } of walk(value, [...(origin.within ?? []).map(String), ...fieldSteps(field)])) {
      offset = document.places.get(value as object)?.get(key) ?? offset;
      value = next;
    }
    const before = text.slice(0, offset);
    return { file: origin.file, line: origin.line + before.split('\n').length - 1, column: offset - before.lastIndexOf('\n') };
  }
}

const firstOf = (places: ReadonlyMap<string | number, number> | undefined): number => places?.values().next().value ?? 0;

/** The containers on the way, as far as it goes. A key with dots in it takes several steps; an item may be named by its name. */
function* walk(root: unknown, steps: readonly string[]): Generator<{ readonly key: string | number; readonly next: unknown }> {
  let value = root;
  for (let index = 0; index < steps.length;) {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      const key = /^\d+$/.test(steps[index]) ? Number(steps[index]) : value.findIndex((item: unknown) => (item as { readonly name?: unknown } | null)?.name === steps[index]);
      if (key < 0 || key >= value.length) return;
      yield { key, next: value = value[key] as unknown };
      index++;
    } else {
      const end = keyEnd(value, steps, index);
      if (end < 0) return;
      const key = steps.slice(index, end).join('.');
      yield { key, next: value = (value as Record<string, unknown>)[key] };
      index = end;
    }
  }
}

function keyEnd(map: object, steps: readonly string[], from: number): number {
  for (let end = from + 1; end <= steps.length; end++) if (Object.hasOwn(map, steps.slice(from, end).join('.'))) return end;
  return -1;
}
