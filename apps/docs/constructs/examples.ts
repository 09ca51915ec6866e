import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runProgram } from '../../../lib/apply/synth/run-program';
import { packageFile } from '../../../lib/base/package-root';
import { tryFirstExample } from './insert-yaml';

/** Pages of the constructs, by name: `docs/constructs/web.md`. */
export function constructPages(): readonly string[] {
  return fs.readdirSync(packageFile('docs/constructs')).filter((name) => name.endsWith('.md')).sort().map((name) => `docs/constructs/${name}`);
}

/** The YAML of a page's first example, run in a folder of its own, or undefined when it has none. @param environment of the program's process */
export async function trySynthesizeExample(page: string, environment: Readonly<Record<string, string | undefined>>): Promise<string | undefined> {
  const program = tryFirstExample(fs.readFileSync(packageFile(page), 'utf8'));
  if (program === undefined) return undefined;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-docs-'));
  try {
    fs.writeFileSync(path.join(folder, 'main.ts'), program);
    const files = await runProgram({ program: 'main.ts', outdir: path.join(folder, 'dist'), cwd: folder, environment, onOutput: () => undefined });
    return files.map((file) => fs.readFileSync(file, 'utf8')).join('---\n');
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
