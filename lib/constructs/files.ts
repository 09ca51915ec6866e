import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Construct } from 'constructs';
import { k8s } from './kubernetes';
import { checkRelativePath, MountedFiles, volumeNameOf } from './mounted-files';
import { contentName, objectName } from './object-name';
import type { PodDraft, PodPart } from './pod-draft';
import { programFolder } from './program-folder';
import { scopeOf } from './twelve-factor-app';

/** What is in a file: text, or bytes. */
export type FileContent = string | Uint8Array;

export interface FilesOptions {
  /** Permissions of the files. @default 0o644 */
  readonly mode?: number;
}

/** The server refuses larger ConfigMaps. */
const LARGEST = 1024 * 1024;

/**
 * Configuration files and small folders in the file system of a process, read-only (factor III). A changed content gives the ConfigMap a new name, so the processes that have it are rolled. At most 1 MiB
 * together: what is larger belongs into the image.
 */
export class Files extends Construct implements PodPart {
  /** One file at this path; others in its folder stay. @param content text or bytes; `Files.read('nginx.conf')` for a file of the program's folder */
  static file(scope: Construct, id: string, at: string, content: FileContent, options: FilesOptions = {}): Files {
    const name = path.posix.basename(at);
    return new Files(scope, id, new Map([[name, content]]), { mountPath: at, subPath: keyOf(name) }, options);
  }

  /** A folder with these files, by path below it. It takes the place of what the image has there. */
  static folder(scope: Construct, id: string, at: string, files: Readonly<Record<string, FileContent>>, options: FilesOptions = {}): Files {
    return new Files(scope, id, new Map(Object.entries(files)), { mountPath: at }, options);
  }

  /** A folder with all files of a folder beside the program, and of the folders in it. @param source relative to the program's folder */
  static copy(scope: Construct, id: string, at: string, source: string, options: FilesOptions = {}): Files {
    const root = path.resolve(programFolder(), source);
    if (!fs.statSync(root, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`Files.copy "${id}": there is no folder ${root}; give one relative to the program's`);
    return new Files(scope, id, new Map(filesBelow(root).map((name) => [name, fs.readFileSync(path.join(root, name))])), { mountPath: at }, options);
  }

  /** The bytes of a file. @param file relative to the program's folder */
  static read(file: string): Uint8Array {
    return fs.readFileSync(path.resolve(programFolder(), file));
  }

  readonly configMap: k8s.KubeConfigMap;
  private readonly mounted: MountedFiles;

  private constructor(scope: Construct, id: string, files: ReadonlyMap<string, FileContent>, mount: Omit<k8s.VolumeMount, 'name'>, { mode }: FilesOptions) {
    super(scopeOf(scope), id);
    const what = `Files "${id}"`;
    checkFiles(what, files);
    const entries = [...files].map(([name, content]) => ({ name, key: keyOf(name), ...encode(content) })).sort((a, b) => (a.name < b.name ? -1 : 1));
    const data = Object.fromEntries(entries.flatMap(({ key, text }) => (text === undefined ? [] : [[key, text] as const])));
    const binaryData = Object.fromEntries(entries.flatMap(({ key, base64 }) => (base64 === undefined ? [] : [[key, base64] as const])));
    const name = contentName(objectName(this), { ...data, ...Object.fromEntries(Object.entries(binaryData).map(([key, base64]) => [`binary ${key}`, base64])) });
    this.configMap = new k8s.KubeConfigMap(this, 'config-map', {
      metadata: { name }, ...(Object.keys(data).length > 0 && { data }), ...(Object.keys(binaryData).length > 0 && { binaryData }),
    });
    const items = entries.map(({ key, name: file }) => ({ key, path: file }));
    const renamed = mount.subPath === undefined && items.some((item) => item.key !== item.path);
    this.mounted = new MountedFiles(volumeNameOf(this), { configMap: { name, ...(renamed && { items }), ...(mode !== undefined && { defaultMode: checkMode(what, mode) }) } }, mount);
  }

  /** @internal */
  _addTo(pod: PodDraft): void {
    this.mounted._addTo(pod);
  }
}

function checkFiles(what: string, files: ReadonlyMap<string, FileContent>): void {
  if (files.size === 0) throw new Error(`${what}: there is no file; add one, or leave the folder out`);
  const sizes = [...files].map(([name, content]) => ({ name: checkRelativePath(what, name), bytes: Buffer.byteLength(content) })).sort((a, b) => b.bytes - a.bytes);
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= LARGEST) return;
  const largest = sizes.slice(0, 3).map(({ name, bytes }) => `${name} ${Math.ceil(bytes / 1024)} KiB`).join(', ');
  throw new Error(`${what}: ${Math.ceil(total / 1024)} KiB are more than the 1024 KiB that Kubernetes takes (${largest}); put them into the image`);
}

function checkMode(what: string, mode: number): number {
  if (Number.isInteger(mode) && mode >= 0 && mode <= 0o777) return mode;
  throw new Error(`${what}: mode ${mode} is not one of a file; write it in octal like 0o755`);
}

/** A key of a ConfigMap for any path. Two paths never have the same. */
function keyOf(name: string): string {
  if (/^[-._a-zA-Z0-9]{1,253}$/.test(name) && !name.startsWith('..')) return name;
  return `${name.replace(/[^-_a-zA-Z0-9]+/g, '_').slice(0, 200)}-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
}

function encode(content: FileContent): { readonly text?: string; readonly base64?: string } {
  if (typeof content === 'string') return { text: content };
  const bytes = Buffer.from(content);
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? { text } : { base64: bytes.toString('base64') };
}

/** Paths below a folder with `/`, links followed, sorted. */
function filesBelow(root: string, folder = ''): readonly string[] {
  return fs.readdirSync(path.join(root, folder)).sort().flatMap((name) => {
    const below = folder === '' ? name : `${folder}/${name}`;
    return fs.statSync(path.join(root, below)).isDirectory() ? filesBelow(root, below) : [below];
  });
}
