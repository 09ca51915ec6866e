import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { PortRange } from '../api/node-ports';
import { type LockHolder, ownLock, tryLockHolder } from './lock';

const DIRECTORY = path.join(os.tmpdir(), 'twelve-claims');

/**
 * Takes an address range for this process until it ends, unless another live process has taken it: of two runtimes that start at the same time neither sees the other's routes yet.
 * Once the routes are there they speak for themselves. May be called again for the same range.
 */
export const claimRange = (range: string, directory = DIRECTORY): boolean => tryOtherHolder(`range-${range.replace('/', '_')}`, directory) === undefined;

/** Parts of the node ports, above those that people like to give by hand. */
const NODE_PORT_PARTS: readonly PortRange[] = Array.from({ length: 8 }, (_, index) => ({ first: 30_768 + 250 * index, last: 31_017 + 250 * index }));

/**
 * Takes a part of the node ports for this process until it ends, so that runtimes of one host do not choose the same port: the rules of only one of them would see its packets.
 * Undefined when other live processes have them all. May be called again.
 */
export const claimNodePorts = (directory = DIRECTORY): PortRange | undefined => NODE_PORT_PARTS.find(({ first }) => tryOtherHolder(`node-ports-${first}`, directory) === undefined);

/**
 * Takes the name of a runtime for this process until it ends. Its containers, networks and rules on this host are found by it: two runtimes of one name, with data directories of their
 * own, would each remove what the other has started. Throws when a live process has it. May be called again.
 */
export function claimRuntimeName(name: string, directory = DIRECTORY): void {
  const holder = tryOtherHolder(nameFile(name), directory);
  if (holder) throw new Error(`process ${holder.pid} of this host runs a runtime named "${name}" with another data directory; give this one another name with --name, or end that one: twelve stop --data-dir <its folder>`);
}

/** The live process that runs the runtime of this name, with whichever data directory. */
export const tryRuntimeOfName = (name: string, directory = DIRECTORY): LockHolder | undefined => tryLockHolder(path.join(directory, nameFile(name)));

/** Nothing on this host is called so any more. */
export function forgetRuntimeName(name: string, directory = DIRECTORY): void {
  try {
    fs.rmSync(path.join(directory, nameFile(name)), { force: true });
  } catch {
    // another user's: it claims nothing once their process has ended
  }
}

const nameFile = (name: string) => `name-${name}`;

/** Claims, and returns who has it when that is another live process. */
function tryOtherHolder(claim: string, directory: string): LockHolder | undefined {
  if (!fs.existsSync(directory)) {
    fs.mkdirSync(directory, { recursive: true });
    fs.chmodSync(directory, 0o1777);
  }
  const file = path.join(directory, claim);
  for (;;) {
    try {
      fs.writeFileSync(file, ownLock(), { flag: 'wx' });
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return undefined; // a place that cannot be written to: as before there were claims
    }
    const holder = tryLockHolder(file);
    if (holder) return holder.pid === process.pid ? undefined : holder;
    try {
      fs.rmSync(file, { force: true });
    } catch {
      return undefined; // what another user's process left behind claims nothing
    }
  }
}
