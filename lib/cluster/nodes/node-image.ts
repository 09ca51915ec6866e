import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Readable } from 'node:stream';
import { packageFile } from '../../base/package-root';
import { hostPrograms, type ImageFile } from './host-programs';

/** An image that is not made before somebody reads its root. */
export interface NodeImage {
  /** The same for the same content. */
  readonly name: string;
  readonly architecture: 'x86_64' | 'aarch64';
  readonly changes: readonly string[];
  root(): Promise<Readable>;
}

const ARCHITECTURES = { x64: 'x86_64', arm64: 'aarch64' } as const;
const APPLICATION = '/opt/twelve';
/** Read at run time by what runs on a node. */
const DATA = ['package.json', 'lib/api/facts', 'lib/cri/docker/pause'];

/** The image of the `twelve-node` container: our package as one file, Node, and the host's own network programs. Needs no registry. */
export async function nodeImage({ nodeProgram, searchPath }: { readonly nodeProgram: string; readonly searchPath: string }): Promise<NodeImage> {
  const architecture = process.arch === 'x64' || process.arch === 'arm64' ? ARCHITECTURES[process.arch] : undefined;
  if (!architecture) throw new Error(`there is no image for nodes on ${process.arch}; use a host of x64 or arm64`);
  const [program, programs] = await Promise.all([bundle(), hostPrograms(nodeProgram, searchPath)]);
  const data = DATA.flatMap((name) => filesBelow(packageFile(name), name));
  const files = [...programs, ...data];
  const hash = createHash('sha256').update(program);
  for (const { path: file, source } of files) hash.update(`${file} ${fs.statSync(source).size} ${fs.statSync(source).mtimeMs}\n`);
  return {
    name: `cdk8s-twelve-factor/node:${hash.digest('hex').slice(0, 12)}`, architecture,
    changes: ['ENV PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', `WORKDIR ${APPLICATION}`],
    root: () => pack(program, files),
  };
}

/** Words that start the node part in the container. */
export const nodeCommand = (...words: readonly string[]) => ['/usr/local/bin/node', `${APPLICATION}/node.js`, ...words];

function filesBelow(file: string, name: string): readonly ImageFile[] {
  if (!fs.statSync(file).isDirectory()) return [{ path: `${APPLICATION}/${name}`, source: file }];
  return fs.readdirSync(file).flatMap((entry) => filesBelow(path.join(file, entry), `${name}/${entry}`));
}

/** All that the node part loads, as one file; the store and the dashboard are not part of it. */
async function bundle(): Promise<Uint8Array> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [packageFile('build/apps/node/main.js')], bundle: true, platform: 'node', format: 'cjs', target: 'node20', write: false, logLevel: 'silent',
    minifyWhitespace: true, keepNames: true, loader: { '.node': 'empty' }, external: ['libsql', 'cpu-features'],
  });
  return outputFiles[0].contents;
}

async function pack(program: Uint8Array, files: readonly ImageFile[]): Promise<Readable> {
  const { pack: newArchive } = await import('tar-stream');
  const archive = newArchive();
  const write = (name: string, bytes: Buffer) => new Promise<void>((resolve, reject) => {
    archive.entry({ name, mode: 0o755 }, bytes, (error) => (error ? reject(error) : resolve()));
  });
  const add = async () => {
    for (const folder of ['tmp', 'run', 'proc', 'sys', 'dev', 'etc/twelve', 'host']) archive.entry({ name: folder, type: 'directory', mode: folder === 'tmp' ? 0o1777 : 0o755 });
    archive.entry({ name: `${APPLICATION.slice(1)}/node.js`, mode: 0o644 }, Buffer.from(program));
    for (const { path: file, source } of files) await write(file.slice(1), fs.readFileSync(source));
    archive.finalize();
  };
  add().catch((error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))));
  return archive as unknown as Readable;
}
