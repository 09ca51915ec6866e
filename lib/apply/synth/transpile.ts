import * as path from 'node:path';
import type { BuildFailure, Message } from 'esbuild';
import { describeProblem, SynthError, type SourceLocation } from './synth-error';

/** The program and its own files as one CommonJS module with its source map inside; packages stay outside. No type check: that is the editor's and CI's. */
export async function transpile(program: string, cwd: string): Promise<string> {
  const { build } = await import('esbuild');
  try {
    const { outputFiles } = await build({
      entryPoints: [program], absWorkingDir: cwd, outdir: path.dirname(program), bundle: true, packages: 'external', write: false,
      format: 'cjs', platform: 'node', target: 'node20', sourcemap: 'inline', sourcesContent: false, logLevel: 'silent',
    });
    return outputFiles[0].text;
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    const problems = error.errors.map((message) => ({ message, location: toLocation(message) }));
    throw new SynthError(
      problems.map(({ message, location }) => describeProblem(message.text, location)).join('\n'),
      problems.flatMap(({ location }) => location ?? []), { cause: error },
    );
  }
}

const isBuildFailure = (error: unknown): error is BuildFailure => error instanceof Error && Array.isArray((error as Partial<BuildFailure>).errors);

function toLocation({ location }: Message): SourceLocation | undefined {
  return location ? { file: location.file, line: location.line, column: location.column + 1, lineText: location.lineText } : undefined;
}
