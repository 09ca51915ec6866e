import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

export interface VolumeFile {
  /** Relative, may contain folders. */
  readonly path: string;
  readonly mode: number;
  readonly content: Buffer | string;
  /** Owner of this file alone. */
  readonly user?: number;
}

export interface FileOwner {
  /** Group of all files (fsGroup). */
  readonly group?: number;
  readonly user?: number;
}

const DATA = '..data';
const DIGEST = '..digest';

/**
 * Replaces the whole content at once: files lie in a directory with the time in its name, `..data` points to it, and what users see are links
 * through `..data`. A reader sees the old or the new set of files, never a mixture. Content that is the same stays untouched.
 * The layout is that of pkg/volume/util/atomic_writer.go, because programs watch for it.
 */
export async function replaceDirectoryAtomically(directory: string, files: readonly VolumeFile[], owner: FileOwner = {}): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o755 });
  const digest = digestOf(files, owner);
  const old = await readlink(path.join(directory, DATA)).catch(() => undefined);
  if (old && (await readFile(path.join(directory, old, DIGEST), 'utf8').catch(() => '')) === digest) return;

  const fresh = await mkdtemp(path.join(directory, `..${timestamp()}.`));
  await writeFiles(fresh, files, owner);
  await writeFile(path.join(fresh, DIGEST), digest, { mode: 0o400 });
  await chmod(fresh, 0o755);
  const temporary = path.join(directory, '..data_tmp');
  await rm(temporary, { force: true });
  await symlink(path.basename(fresh), temporary);
  await rename(temporary, path.join(directory, DATA));
  await linkTopLevel(directory, files);
  await removeOthers(directory, path.basename(fresh));
}

/** Also what a crash in the middle of setUp left. */
export const removeDirectory = (directory: string) => rm(directory, { recursive: true, force: true });

const timestamp = () => new Date().toISOString().replace(/[-:TZ]/g, '_').replace('.', '_');

function digestOf(files: readonly VolumeFile[], owner: FileOwner): string {
  const hash = createHash('sha256').update(JSON.stringify(owner));
  for (const { path: name, mode, content, user = '' } of files) hash.update(`${name}\0${mode}\0${user}\0${Buffer.byteLength(content)}\0`).update(content);
  return hash.digest('hex');
}

async function writeFiles(directory: string, files: readonly VolumeFile[], { user = -1, group = -1 }: FileOwner): Promise<void> {
  for (const file of files) {
    const target = path.join(directory, file.path);
    if (path.relative(directory, target).split(path.sep)[0] === '..') throw new Error(`path "${file.path}" leads out of the volume`);
    await mkdir(path.dirname(target), { recursive: true, mode: 0o755 });
    await writeFile(target, file.content, { mode: 0o600 });
    const fileUser = file.user ?? user;
    if (fileUser >= 0 || group >= 0) await chown(target, fileUser >= 0 ? fileUser : 0, group >= 0 ? group : 0);
    await chmod(target, file.mode);
  }
}

async function linkTopLevel(directory: string, files: readonly VolumeFile[]): Promise<void> {
  for (const name of topLevel(files)) {
    const link = path.join(directory, name);
    if (await lstat(link).catch(() => undefined)) continue;
    await symlink(path.join(DATA, name), link);
  }
}

async function removeOthers(directory: string, fresh: string): Promise<void> {
  const keep = new Set([...topLevel(files(await readdir(path.join(directory, fresh)))), DATA, fresh]);
  for (const name of await readdir(directory)) if (!keep.has(name)) await rm(path.join(directory, name), { recursive: true, force: true });
}

const files = (names: readonly string[]) => names.map((name) => ({ path: name }));
const topLevel = (list: readonly { readonly path: string }[]) => new Set(list.map((file) => file.path.split('/')[0]));
