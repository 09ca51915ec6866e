import * as fs from 'node:fs';
import * as path from 'node:path';
import { findManifests, removeManifests } from './output-folder';
import { ProgramProcess } from './program-process';
import { transpile } from './transpile';

export interface SynthOptions {
  /** The program: a .ts, .mts, .js … file that calls `app.synth()`. */
  readonly program: string;
  /** Where its YAML goes. What was there before is removed. */
  readonly outdir: string;
  readonly cwd: string;
  /** Variables of the program's process. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the program prints. */
  readonly onOutput: (text: string) => void;
}

/**
 * Runs a program in a process of its own and returns the YAML files it wrote, in order. The process loads the constructs while
 * the program is transpiled. Rejects with SynthError when the program is at fault.
 */
export async function runProgram({ program, ...options }: SynthOptions): Promise<readonly string[]> {
  const file = programFile(program, options.cwd);
  removeManifests(options.outdir);
  const process = new ProgramProcess({ ...options, file });
  const code = await transpile(file, options.cwd).catch(async (error: unknown) => {
    await process.end();
    throw error;
  });
  await process.run(code);
  return findManifests(options.outdir, program);
}

/** Absolute path of a program; throws when it is not there. */
export function programFile(program: string, cwd: string): string {
  const file = path.resolve(cwd, program);
  if (!fs.existsSync(file)) throw new Error(`there is no program ${program}; give the path of a TypeScript file that calls app.synth()`);
  return file;
}
