import * as fs from 'node:fs';
import * as path from 'node:path';

/** Where git keeps what belongs to a folder. */
export interface GitRepository {
  /** Folder with the files. */
  readonly root: string;
  /** Has HEAD: `.git`, or a worktree's part of it. */
  readonly directory: string;
  /** Has the branches, for all worktrees. */
  readonly common: string;
}

/** The repository that a folder is in; undefined when there is none. */
export function tryFindRepository(folder: string): GitRepository | undefined {
  for (let root = path.resolve(folder); ; root = path.dirname(root)) {
    const entry = path.join(root, '.git');
    const stat = fs.statSync(entry, { throwIfNoEntry: false });
    if (stat) {
      const directory = stat.isDirectory() ? entry : path.resolve(root, linkedDirectory(entry));
      const common = tryRead(path.join(directory, 'commondir'));
      return { root, directory, common: common === undefined ? directory : path.resolve(directory, common) };
    }
    if (root === path.dirname(root)) return undefined;
  }
}

/** What worktrees and submodules have instead of a folder. */
function linkedDirectory(file: string): string {
  const match = /^gitdir: (.+)$/m.exec(fs.readFileSync(file, 'utf8'));
  if (!match) throw new Error(`${file} is neither a folder of git nor does it name one; clone the repository again`);
  return match[1];
}

/**
 * The commit that is checked out, read from git's files without starting it (0.1 ms instead of 5). Undefined before the first commit, and where branches
 * are not kept in files (reftable).
 */
export function tryReadHead(repository: GitRepository): string | undefined {
  let text = tryRead(path.join(repository.directory, 'HEAD'));
  for (let depth = 0; depth < 5 && text !== undefined; depth += 1) {
    if (COMMIT.test(text)) return text;
    const name = /^ref: (refs\/\S+)$/.exec(text)?.[1];
    if (name === undefined) return undefined;
    text = tryRead(path.join(repository.directory, name)) ?? tryRead(path.join(repository.common, name)) ?? tryReadPacked(repository, name);
  }
  return undefined;
}

/** SHA-1 or SHA-256. */
const COMMIT = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

function tryReadPacked({ common }: GitRepository, name: string): string | undefined {
  const lines = tryRead(path.join(common, 'packed-refs'))?.split('\n') ?? [];
  return lines.find((line) => line.endsWith(` ${name}`))?.split(' ')[0];
}

function tryRead(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
