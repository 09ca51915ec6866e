import * as fs from 'node:fs';
import * as path from 'node:path';
import type { SourceLocation } from './synth-error';

/** What the child process says about the error that ended the program. */
export interface ProgramFailure {
  readonly message: string;
  readonly location?: SourceLocation;
  readonly stack?: string;
}

/** The error and the user's line in it: the first frame that is neither in a package nor in Node.js. */
export function locateFailure(error: unknown, cwd: string): ProgramFailure {
  if (!(error instanceof Error)) return { message: `the program threw ${String(error)}, which is not an Error` };
  const name = error.name === 'Error' ? '' : `${error.name}: `;
  return { message: `${name}${messageOf(error)}`, stack: error.stack, location: userFrame(error.stack ?? '', cwd) };
}

/** A module that is not there is told without the files that Node.js came by. */
function messageOf(error: Error): string {
  const missing = (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND';
  return missing ? `${error.message.replace(/\nRequire stack:[^]*/, '')}; correct its name, or install it (npm install)` : error.message;
}

export function userFrame(stack: string, cwd: string): SourceLocation | undefined {
  for (const frame of stack.split('\n')) {
    const match = /^\s+at (?:.* \(|async )?(?:file:\/\/)?(\/[^():]*|[A-Za-z]:\\[^():]*):(\d+):(\d+)\)?$/.exec(frame);
    if (!match || isLibrary(match[1])) continue;
    const [, file, line, column] = match;
    const shown = path.relative(cwd, file);
    return { file: shown.startsWith('..') ? file : shown, line: Number(line), column: Number(column), lineText: lineOf(file, Number(line)) };
  }
  return undefined;
}

/** Packages, and this package itself when it runs from its own folder. */
const isLibrary = (file: string) => file.includes(`${path.sep}node_modules${path.sep}`) || file.startsWith(path.resolve(__dirname, '../../..', 'lib') + path.sep)
  || file.startsWith(path.resolve(__dirname, '../..') + path.sep);

function lineOf(file: string, line: number): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8').split(/\r?\n/)[line - 1];
  } catch {
    return undefined;
  }
}
