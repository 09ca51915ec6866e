import * as fs from 'node:fs';

const LIMIT = 10 * 2 ** 20;

/** Appends lines to a file; above 10 MiB it becomes `<file>.1` and a new one begins. A full disk loses lines, not the process. */
export function rotate(file: string): (line: string) => void {
  let descriptor = fs.openSync(file, 'a', 0o600);
  let size = fs.fstatSync(descriptor).size;
  return (line) => {
    try {
      if (size > LIMIT) {
        fs.closeSync(descriptor);
        fs.renameSync(file, `${file}.1`);
        descriptor = fs.openSync(file, 'a', 0o600);
        size = 0;
      }
      size += fs.writeSync(descriptor, line);
    } catch {
      size = 0;
    }
  };
}
