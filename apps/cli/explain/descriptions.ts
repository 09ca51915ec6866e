import * as fs from 'node:fs';
import { createRequire } from 'node:module';

/** Upstream's words about a type and its fields. */
export interface TypeDescription {
  readonly text: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** What Kubernetes says of a type; the texts are those of the declarations in the package kubernetes-types. @param definition `io.k8s.api.core.v1.Container` */
export function tryDescription(definition: string): TypeDescription | undefined {
  const match = /^io\.k8s\.(?:.*\.)?(\w+)\.(v\d\w*)\.(\w+)$/.exec(definition);
  if (!match) return undefined;
  const [, group, version, type] = match;
  const file = tryFile(`kubernetes-types/${group}/${version}.d.ts`);
  return file === undefined ? undefined : tryParse(file, type);
}

function tryFile(name: string): string | undefined {
  try {
    return fs.readFileSync(createRequire(__filename).resolve(name), 'utf8');
  } catch {
    return undefined; // a group that the package does not have, such as apiregistration
  }
}

/** The file is generated: one declaration after the other, four spaces before a field. */
export function tryParse(file: string, type: string): TypeDescription | undefined {
  const start = file.search(new RegExp(`^export interface ${type}\\b`, 'm'));
  if (start < 0) return undefined;
  const before = /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*$/.exec(file.slice(0, start));
  const body = file.slice(start, file.indexOf('\n}', start));
  const fields = [...body.matchAll(/^ {4}\/\*\*((?:(?!\*\/)[^])*)\*\/\s*"?([$\w-]+)"?\??:/gm)].map(([, comment, name]) => [name, toText(comment)] as const);
  return { text: toText(before?.[1] ?? ''), fields: new Map(fields) };
}

const toText = (comment: string) => comment.split('\n').map((line) => line.replace(/^\s*\*? ?/, '').trimEnd()).join('\n').trim();
