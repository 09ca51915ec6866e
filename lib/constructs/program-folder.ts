import * as path from 'node:path';

/** The folder of the program that is being run: what its relative paths start from. */
export function programFolder(): string {
  const program = process.argv[1];
  return program ? path.dirname(program) : process.cwd();
}
