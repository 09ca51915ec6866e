import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { tryLockHolder } from './lock';

/**
 * Takes an address range for this process until it ends, unless another live process has taken it: of two runtimes that start at the same time neither sees the other's routes yet.
 * Once the routes are there they speak for themselves. May be called again for the same range.
 */
export function claimRange(range: string, directory: string = path.join(os.tmpdir(), 'twelve-ranges')): boolean {
  if (!fs.existsSync(directory)) {
    fs.mkdirSync(directory, { recursive: true });
    fs.chmodSync(directory, 0o1777);
  }
  const file = path.join(directory, range.replace('/', '_'));
  for (let tries = 0; tries < 3; tries += 1) {
    try {
      fs.writeFileSync(file, `${process.pid} \n`, { flag: 'wx' });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return true; // a place that cannot be written to: as before there were claims
      const holder = tryLockHolder(file);
      if (holder) return holder.pid === process.pid;
      try {
        fs.rmSync(file, { force: true });
      } catch {
        return true; // what another user's process left behind claims nothing
      }
    }
  }
  return false;
}
