import * as fs from 'node:fs';

/** A process, told from a later one with the same number by its start time. */
export interface LockHolder {
  readonly pid: number;
  /** In clock ticks since the machine's start; empty where the system does not tell. */
  readonly startTime: string;
}

/** The live process that holds the lock; undefined when nobody does, also when the holder died without a word. */
export function tryLockHolder(file: string): LockHolder | undefined {
  const holder = tryRead(file);
  return holder && isAlive(holder) ? holder : undefined;
}

/**
 * Takes the lock for this process, and throws when a live process has it. Returns the function that gives it back. A lock whose process has died is
 * taken over.
 */
export function takeLock(file: string, pid: number = process.pid): () => void {
  const own = ownLock(pid);
  const draft = `${file}.${pid}`;
  fs.writeFileSync(draft, own, { mode: 0o600 });
  try {
    for (let tries = 0; ; tries += 1) {
      const holder = tryLockHolder(file);
      if (holder) throw new Error(`process ${holder.pid} runs with this data directory (${file}); end it with: twelve stop`);
      if (tries > 5) throw new Error(`the lock ${file} cannot be taken: others take it at the same time`);
      discardStale(file, pid);
      try {
        fs.linkSync(draft, file); // fails when somebody else was faster: the file appears whole or not at all
        return () => release(file, own);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** What a lock file of this process says. */
export const ownLock = (pid: number = process.pid) => `${pid} ${startTimeOf(pid)}\n`;

/** Moved aside first, so that of two who find it stale only one removes it, and a lock that was taken meanwhile is put back. */
function discardStale(file: string, pid: number): void {
  const aside = `${file}.stale.${pid}`;
  try {
    fs.renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const holder = tryRead(aside);
  if (holder && isAlive(holder) && !fs.existsSync(file)) fs.renameSync(aside, file);
  else fs.rmSync(aside, { force: true });
}

function release(file: string, own: string): void {
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === own) fs.rmSync(file, { force: true });
}

function tryRead(file: string): LockHolder | undefined {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const [pid, startTime = ''] = text.trim().split(' ');
  return /^\d+$/.test(pid) ? { pid: Number(pid), startTime } : undefined;
}

/** Also when it holds its lock no more; a child that has ended and that nobody has waited for is not alive. */
export function isAlive({ pid, startTime }: LockHolder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const { state, startTime: current } = stat(pid);
  return state !== 'Z' && (startTime === '' || current === '' || current === startTime);
}

const startTimeOf = (pid: number) => stat(pid).startTime;

/** Fields 3 and 22 of /proc/<pid>/stat; the name before them may contain anything. */
function stat(pid: number): { readonly state: string; readonly startTime: string } {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0], startTime: fields[19] };
  } catch {
    return { state: '', startTime: '' };
  }
}
