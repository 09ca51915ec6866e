import { tryFixDocument } from './fix-yaml';
import type { Finding } from './rule';
import { splitDocuments } from './split-documents';

export interface FixedFile {
  readonly text: string;
  /** What is mended in it. */
  readonly fixed: readonly Finding[];
}

/** Writes the edits of findings into the text of their file, each into its document. Findings whose edits do not fit are left out. */
export async function fixFile(text: string, findings: readonly Finding[]): Promise<FixedFile> {
  const yaml = await import('yaml');
  const fixed: Finding[] = [];
  let result = text;
  for (const document of [...splitDocuments(text)].reverse()) {
    let { body } = document;
    for (const finding of findings) {
      const { origin, edits = [] } = finding;
      if (origin?.kind !== 'yaml' || origin.line !== document.line || origin.text() !== document.body) continue;
      const next = tryFixDocument(yaml, body, edits.map((edit) => ({ ...edit, path: [...(origin.within ?? []), ...edit.path] })));
      if (next === undefined) continue;
      body = next;
      fixed.push(finding);
    }
    if (body !== document.body) result = result.slice(0, document.offset) + body + result.slice(document.offset + document.body.length);
  }
  return { text: result, fixed };
}
