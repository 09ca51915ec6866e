/** One YAML document of a text. */
export interface YamlDocument {
  readonly body: string;
  /** The line of the text on which the body begins, from 1. */
  readonly line: number;
  /** Where the body begins in the text. */
  readonly offset: number;
}

/** The documents of a YAML (or JSON) text, without those that have nothing but comments. A `---` at the start of a line ends a document whatever is around it. */
export function splitDocuments(text: string): readonly YamlDocument[] {
  const documents: YamlDocument[] = [];
  let start = 0;
  let line = 1;
  for (const { index, 0: marker } of text.matchAll(/^(?:---|\.\.\.)(?=\s|$)/gm)) {
    push(documents, text.slice(start, index), line, start);
    line += countLines(text, start, index);
    start = index + marker.length;
  }
  push(documents, text.slice(start), line, start);
  return documents;
}

function countLines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

function push(documents: YamlDocument[], body: string, line: number, offset: number): void {
  if (/^[ \t]*[^\s#%]/m.test(body)) documents.push({ body, line, offset });
}
