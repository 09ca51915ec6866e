import * as path from 'node:path';

/** A file as a person would write it: relative to the working directory where it is below it. */
export function shownPath(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  return relative.startsWith('..') ? file : relative;
}
