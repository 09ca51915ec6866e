import * as path from 'node:path';
import type { BuildFailure, BuildOptions, Message } from 'esbuild';
import { describeProblem, SynthError, type SourceLocation } from './synth-error';

/** The program and its own files as one CommonJS module with its source map inside; packages stay outside. No type check: that is the editor's and CI's. */
export async function transpile(program: string, cwd: string): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build(optionsFor(program, cwd)).catch(throwProblems);
  return outputFiles[0].text;
}

/** Transpiles again and again, and only what has changed. */
export interface Transpiler {
  /** @returns the code, and the absolute paths of the files that it comes from */
  transpile(): Promise<{ readonly code: string; readonly files: readonly string[] }>;
  close(): Promise<void>;
}

export async function openTranspiler(program: string, cwd: string): Promise<Transpiler> {
  const { context } = await import('esbuild');
  const open = await context({ ...optionsFor(program, cwd), metafile: true });
  return {
    async transpile() {
      const { outputFiles, metafile } = await open.rebuild().catch(throwProblems);
      return { code: outputFiles[0].text, files: Object.keys(metafile.inputs).map((file) => path.resolve(cwd, file)) };
    },
    close: () => open.dispose(),
  };
}

const optionsFor = (program: string, cwd: string) => ({
  entryPoints: [program], absWorkingDir: cwd, outdir: path.dirname(program), bundle: true, packages: 'external', write: false,
  format: 'cjs', platform: 'node', target: 'node20', sourcemap: 'inline', sourcesContent: false, logLevel: 'silent',
} as const satisfies BuildOptions);

function throwProblems(error: unknown): never {
  if (!isBuildFailure(error)) throw error;
  const problems = error.errors.map((message) => ({ message, location: toLocation(message) }));
  throw new SynthError(
    problems.map(({ message, location }) => describeProblem(message.text, location)).join('\n'),
    problems.flatMap(({ location }) => location ?? []), { cause: error },
  );
}

const isBuildFailure = (error: unknown): error is BuildFailure => error instanceof Error && Array.isArray((error as Partial<BuildFailure>).errors);

function toLocation({ location }: Message): SourceLocation | undefined {
  return location ? { file: location.file, line: location.line, column: location.column + 1, lineText: location.lineText } : undefined;
}
