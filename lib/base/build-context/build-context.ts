import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { type IgnorePatterns, parseIgnorePatterns } from './ignore-patterns';

/** What an image is built from, in a folder. */
export interface BuildContextOptions {
  /** Absolute. */
  readonly directory: string;
  /** Relative to the folder, with `/`. */
  readonly dockerfile: string;
  /** Stage to build. @default the last */
  readonly target?: string;
  readonly buildArguments: Readonly<Record<string, string>>;
}

/** One entry that goes to the builder. Of its mode only what git keeps: whether a file can be run. */
export type ContextEntry =
  | { readonly type: 'file'; readonly name: string; readonly executable: boolean }
  | { readonly type: 'directory'; readonly name: string }
  | { readonly type: 'symlink'; readonly name: string; readonly target: string };

/** The entries of the context, sorted by name: everything that its `.dockerignore` (or `<Dockerfile>.dockerignore`) does not leave out, and always the Dockerfile. Throws when that is missing. */
export function contextEntries({ directory, dockerfile }: Pick<BuildContextOptions, 'directory' | 'dockerfile'>): readonly ContextEntry[] {
  if (!fs.statSync(path.join(directory, dockerfile), { throwIfNoEntry: false })?.isFile()) throw new Error(`there is no ${dockerfile} in ${directory}`);
  const ignore = readIgnoreFile(directory, dockerfile);
  const entries = new Map<string, ContextEntry>();
  const add = (name: string) => {
    const folder = path.posix.dirname(name);
    if (folder !== '.' && !entries.has(folder)) add(folder);
    const entry = entryOf(directory, name);
    if (entry) entries.set(name, entry);
  };
  for (const name of namesBelow(directory, '', ignore)) add(name);
  add(dockerfile);
  return [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** 12 hexadecimal digits that change with any content, name, link or right to run in the context, and with the way it is built. The same on every machine. */
export function contextHash({ directory, dockerfile, target, buildArguments }: BuildContextOptions): string {
  const hash = createHash('sha256').update(JSON.stringify([dockerfile, target ?? '', Object.entries(buildArguments).sort(([a], [b]) => (a < b ? -1 : 1))]));
  for (const entry of contextEntries({ directory, dockerfile })) {
    hash.update(`\n${JSON.stringify(entry)}`);
    if (entry.type === 'file') hash.update(createHash('sha256').update(fs.readFileSync(path.join(directory, entry.name))).digest());
  }
  return hash.digest('hex').slice(0, 12);
}

function readIgnoreFile(directory: string, dockerfile: string): IgnorePatterns {
  for (const name of [`${dockerfile}.dockerignore`, '.dockerignore']) {
    const file = path.join(directory, name);
    if (!fs.existsSync(file)) continue;
    try {
      return parseIgnorePatterns(fs.readFileSync(file, 'utf8'));
    } catch (error) {
      throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
  return parseIgnorePatterns('');
}

function* namesBelow(directory: string, folder: string, ignore: IgnorePatterns): Generator<string> {
  for (const entry of fs.readdirSync(path.join(directory, folder), { withFileTypes: true })) {
    const name = folder ? `${folder}/${entry.name}` : entry.name;
    const ignored = ignore.ignores(name);
    if (!ignored) yield name;
    if (entry.isDirectory() && (!ignored || ignore.mayIncludeBelow(name))) yield* namesBelow(directory, name, ignore);
  }
}

/** Sockets and devices are no part of an image. */
function entryOf(directory: string, name: string): ContextEntry | undefined {
  const file = path.join(directory, name);
  const stat = fs.lstatSync(file);
  if (stat.isDirectory()) return { type: 'directory', name };
  if (stat.isSymbolicLink()) return { type: 'symlink', name, target: fs.readlinkSync(file) };
  return stat.isFile() ? { type: 'file', name, executable: (stat.mode & 0o100) !== 0 } : undefined;
}
