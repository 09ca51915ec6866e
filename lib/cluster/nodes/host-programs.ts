import * as fs from 'node:fs';
import * as path from 'node:path';
import { tryRunCommand } from '../../base/run-command';

/** What a node part runs; each with the package that has it. */
const PROGRAMS: Readonly<Record<string, string>> = { nft: 'nftables', ip: 'iproute2', bridge: 'iproute2', nsenter: 'util-linux', mount: 'mount', umount: 'mount', iptables: 'iptables' };
const OPTIONAL = ['conntrack', 'modprobe'];
/** Read at run time, not linked. */
const PLUGINS = ['/usr/lib/x86_64-linux-gnu/xtables', '/usr/lib/aarch64-linux-gnu/xtables', '/usr/lib/xtables'];

/** A file of an image: where it is there, and where its bytes are here. */
export interface ImageFile {
  readonly path: string;
  readonly source: string;
}

/** Node and the programs of this host with every library they load, under the paths they have here. Throws with everything that is missing and the packages to install. */
export async function hostPrograms(nodeProgram: string, searchPath: string): Promise<readonly ImageFile[]> {
  if (process.platform !== 'linux') throw new Error(`the image for nodes is made from the programs of a Linux host, and this is ${process.platform}; run the command on one of the Docker hosts`);
  const found = new Map(Object.keys({ ...PROGRAMS, ...Object.fromEntries(OPTIONAL.map((name) => [name, ''])) }).map((name) => [name, tryFind(name, searchPath)]));
  const missing = Object.keys(PROGRAMS).filter((name) => !found.get(name));
  if (missing.length > 0) throw new Error(`the image for nodes needs ${missing.join(', ')}, which this host does not have; install them: apt-get install ${[...new Set(missing.map((name) => PROGRAMS[name]))].join(' ')}`);
  const programs = [...found].flatMap(([name, file]) => (file ? [{ path: `/usr/sbin/${name}`, source: fs.realpathSync(file) }] : []));
  const plugins = PLUGINS.filter((folder) => fs.existsSync(folder)).flatMap((folder) => fs.readdirSync(folder).map((name) => path.join(folder, name))).map((file) => ({ path: file, source: fs.realpathSync(file) }));
  const binaries = [{ path: '/usr/local/bin/node', source: fs.realpathSync(nodeProgram) }, ...programs, ...plugins];
  const libraries = new Set((await Promise.all(binaries.map(({ source }) => librariesOf(source)))).flat());
  return [...binaries, ...[...libraries].map((file) => ({ path: file, source: fs.realpathSync(file) }))];
}

function tryFind(name: string, searchPath: string): string | undefined {
  return [...searchPath.split(path.delimiter), '/usr/sbin', '/sbin'].map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file));
}

async function librariesOf(file: string): Promise<readonly string[]> {
  const text = await tryRunCommand('ldd', [file]) ?? '';
  const missing = /^\s*(\S+) => not found/m.exec(text)?.[1];
  if (missing) throw new Error(`${file} needs the library ${missing}, which this host does not have (ldd ${file})`);
  return [...text.matchAll(/(\/\S+) \(0x[0-9a-f]+\)/g)].map(([, library]) => library);
}

