import type { Document, Node, Pair, ToStringOptions } from 'yaml';
import type { Edit } from './rule';

type Yaml = typeof import('yaml');

/**
 * Writes edits into the text of a document and leaves everything else as it is, comments and layout included. Where that is not possible (a list item that is removed, a value in an
 * anchor) the document is written anew, with its comments. @returns undefined when an edit does not fit the document
 */
export function tryFixDocument(yaml: Yaml, text: string, edits: readonly Edit[]): string | undefined {
  let fixed = text;
  for (const edit of edits) {
    const next = tryEdit(yaml, fixed, edit);
    if (next === undefined) return undefined;
    fixed = next;
  }
  return fixed;
}

function tryEdit(yaml: Yaml, text: string, edit: Edit): string | undefined {
  const document = yaml.parseDocument(text, { version: '1.1', logLevel: 'silent', uniqueKeys: false });
  if (document.errors.length > 0) return undefined;
  const replaced = tryEditText(yaml, document, text, edit);
  if (replaced !== undefined) return replaced;
  const parent = edit.path.length > 1 ? document.getIn(edit.path.slice(0, -1), true) : document.contents;
  if (edit.op === 'remove' && !yaml.isCollection(parent)) return undefined;
  if (edit.op === 'set') setDeep(yaml, document, edit.path, edit.value);
  else document.deleteIn(edit.path);
  // What stands behind the marker of the document is not part of it for the parser.
  const [before] = /^[ \t]*\n?/.exec(text) ?? [''];
  const written = document.toString(layoutOf(text));
  return before.endsWith('\n') ? before + written : written;
}

/** How the text is laid out, as far as the writer can do the same. */
function layoutOf(text: string): ToStringOptions {
  return {
    lineWidth: 0,
    indent: /^( +)[^\s#]/m.exec(text)?.[1].length ?? 2,
    indentSeq: !/^( *)[^\s#-][^\n]*:[ \t]*\n\1- /m.test(text),
    flowCollectionPadding: !/\{[^\s{}]/.test(text),
  };
}

/** Maps on the way that are missing are made as plain ones: left to itself, the writer of YAML 1.1 makes ordered maps. */
function setDeep(yaml: Yaml, document: Document, path: Edit['path'], value: unknown): void {
  const depth = path.findLastIndex((_, index) => yaml.isCollection(index === 0 ? document.contents : document.getIn(path.slice(0, index), true)));
  const missing = path.slice(depth + 1).reduceRight((inner: unknown, key) => ({ [key]: inner }), value);
  document.setIn(path.slice(0, depth + 1), document.createNode(missing));
}

/** The smallest change of the text: a value in its place, a line added or taken out. */
function tryEditText(yaml: Yaml, document: Document, text: string, edit: Edit): string | undefined {
  const key = edit.path.at(-1);
  const map = edit.path.length > 1 ? document.getIn(edit.path.slice(0, -1), true) : document.contents;
  if (!yaml.isMap(map) || map.flow === true && edit.op === 'remove') return undefined;
  const pair = map.items.find((candidate) => (candidate.key as { readonly value?: unknown } | null)?.value === key) as Pair<Node, Node | null> | undefined;
  if (edit.op === 'remove') return pair && withoutLines(text, pair, map.items.length);
  const value = yaml.isScalar(pair?.value) || !pair ? tryOneLine(yaml, edit.value) : undefined;
  if (value === undefined) return undefined;
  if (pair?.value?.range) return splice(text, pair.value.range[0], pair.value.range[1], value);
  if (pair || map.flow) return undefined;
  return withLine(text, map.items as readonly Pair<Node, Node | null>[], `${String(key)}: ${value}`);
}

/** A value as it stands behind a key on one line. */
function tryOneLine(yaml: Yaml, value: unknown): string | undefined {
  const text = yaml.stringify(value, { version: '1.1', lineWidth: 0, collectionStyle: 'flow' }).trimEnd();
  return text.includes('\n') ? undefined : text;
}

function withoutLines(text: string, pair: Pair<Node, Node | null>, siblings: number): string | undefined {
  const [start] = pair.key.range ?? [];
  const end = pair.value?.range?.[1] ?? pair.key.range?.[1];
  if (start === undefined || end === undefined || siblings === 1) return undefined;
  const from = text.lastIndexOf('\n', start) + 1;
  if (text.slice(from, start).trim()) return undefined; // behind a dash
  const next = text.indexOf('\n', Math.max(end - 1, start));
  return splice(text, from, next < 0 ? text.length : next + 1, '');
}

/** After the first key, whose line has the indent of all. */
function withLine(text: string, items: readonly Pair<Node, Node | null>[], line: string): string | undefined {
  const last = items.at(-1);
  const [first] = items;
  const start = first?.key.range?.[0];
  const end = last?.value?.range?.[1] ?? last?.key.range?.[1];
  if (start === undefined || end === undefined) return undefined;
  const indent = ' '.repeat(start - text.lastIndexOf('\n', start - 1) - 1);
  const lineEnd = text.indexOf('\n', Math.max(end - 1, 0));
  return lineEnd < 0 ? `${text}\n${indent}${line}\n` : splice(text, lineEnd + 1, lineEnd + 1, `${indent}${line}\n`);
}

const splice = (text: string, from: number, to: number, inserted: string) => text.slice(0, from) + inserted + text.slice(to);
