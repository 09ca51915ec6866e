import * as fs from 'node:fs';
import * as path from 'node:path';
import { fixFile } from '../../../lib/check/fix-file';
import { formatPosition } from '../../../lib/check/origin';
import type { Finding } from '../../../lib/check/rule';

/** Writes what can be mended into the YAML files, and tells what was changed, and what a person has to change: programs, and what came by the standard input. */
export async function fixFiles(findings: readonly Finding[], cwd: string, tell: (line: string) => void): Promise<void> {
  const mendable = findings.filter(({ edits, origin }) => edits && edits.length > 0 && origin);
  const byFile = new Map<string, Finding[]>();
  for (const finding of mendable) {
    const { origin } = finding;
    const file = origin?.kind === 'yaml' && fs.existsSync(path.resolve(cwd, origin.file)) ? origin.file : undefined;
    if (file === undefined) tell(`by hand  ${describe(finding)}`);
    else byFile.set(file, [...byFile.get(file) ?? [], finding]);
  }
  for (const [file, concerned] of byFile) {
    const full = path.resolve(cwd, file);
    const { text, fixed } = await fixFile(fs.readFileSync(full, 'utf8'), concerned);
    if (fixed.length > 0) fs.writeFileSync(full, text);
    for (const finding of concerned) tell(`${fixed.includes(finding) ? 'fixed   ' : 'by hand '} ${describe(finding)}`);
  }
}

function describe({ rule, object: { kind, metadata }, field, fix, location }: Finding): string {
  return `${location ? `${formatPosition(location)}: ` : ''}${kind} ${metadata.name ?? ''}: ${field}: ${fix} [${rule}]`;
}
