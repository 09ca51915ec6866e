import type { Document, Node, Pair } from 'yaml';
import { fieldSteps } from './field-path';
import type { SourcePosition, YamlOrigin } from './origin';

type Yaml = typeof import('yaml');

/** Finds fields in the text of documents. Parses a document once, however many findings it has. */
export class YamlLocator {
  private readonly documents = new Map<string, { readonly document: Document; readonly toPosition: (offset: number) => { readonly line: number; readonly column: number } }>();

  constructor(private readonly yaml: Yaml) {}

  /** Where a field is written: its key, or the item of a list. What is missing is shown at what it is missing from. */
  locate(origin: YamlOrigin, field: string): SourcePosition {
    const { document, toPosition } = this.parsed(origin.text());
    const { line, column } = toPosition(this.offsetOf(document, [...(origin.within ?? []).map(String), ...fieldSteps(field)]));
    return { file: origin.file, line: origin.line + line - 1, column };
  }

  private parsed(text: string) {
    let found = this.documents.get(text);
    if (!found) {
      const lines = new this.yaml.LineCounter();
      const document = this.yaml.parseDocument(text, { lineCounter: lines, version: '1.1', strict: false, uniqueKeys: false, logLevel: 'silent', merge: true });
      found = { document, toPosition: (offset) => { const { line, col } = lines.linePos(offset); return { line, column: col }; } };
      this.documents.set(text, found);
    }
    return found;
  }

  private offsetOf(document: Document, steps: readonly string[]): number {
    let node = document.contents as unknown;
    let offset = startOf(node) ?? 0;
    for (let index = 0; index < steps.length;) {
      const next = this.enter(document, node, steps, index);
      if (!next) return offset;
      offset = next.offset ?? offset;
      ({ node, index } = next);
    }
    return offset;
  }

  /** One step down; a key with dots in it takes several. */
  private enter(document: Document, node: unknown, steps: readonly string[], index: number): { readonly node: unknown; readonly index: number; readonly offset: number | undefined } | undefined {
    const { isAlias, isMap, isSeq } = this.yaml;
    if (isAlias(node)) return this.enter(document, node.resolve(document), steps, index);
    if (isSeq(node)) {
      const item = /^\d+$/.test(steps[index]) ? node.items[Number(steps[index])] : node.items.find((candidate) => isMap(candidate) && candidate.get('name') === steps[index]);
      return item === undefined ? undefined : { node: item, index: index + 1, offset: startOf(item) };
    }
    if (!isMap(node)) return undefined;
    for (let end = index + 1; end <= steps.length; end++) {
      const pair = node.items.find(({ key }) => keyText(key) === steps.slice(index, end).join('.'));
      if (pair) return { node: pair.value, index: end, offset: startOf((pair as Pair).key) };
    }
    return undefined;
  }
}

const keyText = (key: unknown): string => String((key as { readonly value?: unknown } | null)?.value ?? key);

const startOf = (node: unknown): number | undefined => (node as Partial<Node> | null | undefined)?.range?.[0];
