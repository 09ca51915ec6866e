#!/usr/bin/env node
import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { catalog } from './catalog.mjs';
import { debianRoot } from './debian-root.mjs';
import { hasImage, importImage, tagImage, tryPull } from './docker-api.mjs';

const run = promisify(execFile);
const here = path.dirname(fileURLToPath(import.meta.url));
const archives = path.join(here, '../../../.cache/debian-archives');

/**
 * Makes sure that the Docker daemon has each image: as it is there, else from a registry, else a drop-in equivalent under the same
 * name from Debian's packages (same variables, ports, paths and signals). May be run again at any time; only one build at a time.
 */
export async function ensureImages(names, log = (line) => console.error(line)) {
  let registryAnswers = true;
  for (const name of names) {
    if (await hasImage(name)) continue;
    if (registryAnswers && (await tryPull(name))) {
      log(`image    ${name} pulled`);
      continue;
    }
    registryAnswers = false;
    await buildImage(name, log);
  }
}

async function buildImage(name, log) {
  const image = catalog.find(({ names }) => names.includes(name));
  if (!image) throw new Error(`no registry gave the image ${name}, and there is no recipe for it; known are ${catalog.flatMap(({ names }) => names).join(', ')}`);
  const other = await firstPresent(image.names);
  if (other) return tagImage(other, name);

  log(`image    ${name}: no registry answers, building it from Debian packages …`);
  const started = Date.now();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-image-'));
  try {
    const root = await debianRoot(image.packages, { folder, archives });
    const source = path.join(here, image.folder);
    if (fs.existsSync(path.join(source, 'root'))) fs.cpSync(path.join(source, 'root'), root, { recursive: true });
    if (fs.existsSync(path.join(source, 'setup.sh'))) await run('sh', ['-eu', path.join(source, 'setup.sh'), root], { maxBuffer: 1 << 26 });
    await run('chroot', [root, '/sbin/ldconfig']).catch(() => undefined);
    const tar = spawn('tar', ['c', '-C', root, '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
    await importImage(name, tar.stdout, ['ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'LABEL twelve-factor.dev/drop-in=true', ...image.changes]);
  } catch (error) {
    throw new Error(`the image ${name} could not be built from Debian packages: ${error.stderr || error.message}`, { cause: error });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  log(`image    ${name} built in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

async function firstPresent(names) {
  for (const name of names) if (await hasImage(name)) return name;
  return undefined;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const names = process.argv.slice(2);
  await ensureImages(names.length > 0 ? names : catalog.map((image) => image.names[0]));
}
