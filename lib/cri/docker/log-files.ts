import { type FileHandle, open, stat } from 'node:fs/promises';

/** A log file that stays open while the engine renames it. */
export interface LogFile {
  readonly inode: number;
  readonly handle: FileHandle;
}

/** The current file and what has been rotated away, oldest first. Opened from the newest on: what is renamed meanwhile is met again, never missed. */
export async function openLogFiles(logPath: string): Promise<readonly LogFile[]> {
  const files: LogFile[] = [];
  for (let index = 0; ; index++) {
    const file = await tryOpen(nameOf(logPath, index));
    if (!file) return files.reverse();
    if (files.some(({ inode }) => inode === file.inode)) await file.handle.close();
    else files.push(file);
  }
}

/** Those that the engine has begun since this one, oldest first. */
export async function openNewerFiles(logPath: string, { inode }: LogFile): Promise<readonly LogFile[]> {
  const files = await openLogFiles(logPath);
  const position = files.findIndex((file) => file.inode === inode);
  const [older, newer] = [files.slice(0, position + 1), files.slice(position + 1)];
  await Promise.all(older.map(({ handle }) => handle.close()));
  return newer;
}

export async function isCurrent(logPath: string, { inode }: LogFile): Promise<boolean> {
  return stat(logPath).then(({ ino }) => ino === inode, () => true);
}

const nameOf = (logPath: string, index: number) => (index === 0 ? logPath : `${logPath}.${index}`);

async function tryOpen(name: string): Promise<LogFile | undefined> {
  const handle = await open(name, 'r').catch(() => undefined);
  return handle && { handle, inode: (await handle.stat()).ino };
}
