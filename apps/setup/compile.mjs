#!/usr/bin/env node
// npm run compile: the changed sources of lib and apps to build/, without type checks. Nothing changed: some milliseconds.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle, bundleLibraries } from './libraries.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const output = path.join(root, 'build');
/** Programs of users, not of the package. */
const SKIPPED = new Set([path.join(root, 'apps/examples')]);

/** Brings build/ up to date. Safe to run by several processes at once: each file is replaced as a whole. */
export function compile() {
  const sources = ['lib', 'apps'].flatMap((folder) => listSources(path.join(root, folder)));
  const stale = sources.filter((source) => isOlder(outputOf(source), source));
  const wanted = new Set(sources.map(outputOf));
  for (const folder of ['lib', 'apps']) removeOrphans(path.join(output, folder), wanted);
  // On the way to a synthesis `import()` of our own files is a `require`: starting Node's ES module loader costs 10 ms. Elsewhere it stays, for packages that are ES modules.
  const isQuick = (source) => /[\\/](apps[\\/]cli|lib[\\/]apply)[\\/]/.test(source);
  transpile(stale.filter(isQuick), { 'dynamic-import': false });
  transpile(stale.filter((source) => !isQuick(source)), {});
  if (isBundleOld(stale)) bundleLibraries();
  return stale.length;
}

function transpile(sources, supported) {
  if (sources.length === 0) return;
  // Not imported at the top: this file is loaded before node_modules exists.
  const { outputFiles } = createRequire(import.meta.url)('esbuild').buildSync({
    entryPoints: sources, supported, outdir: output, outbase: root, absWorkingDir: root,
    format: 'cjs', platform: 'node', target: 'node20', sourcemap: true, sourcesContent: false, write: false, logLevel: 'warning',
  });
  // A source map comes before its file, so that the file's time says that both are there.
  for (const { path: file, contents } of [...outputFiles].sort((a, b) => Number(b.path.endsWith('.map')) - Number(a.path.endsWith('.map')))) replaceFile(file, contents);
}

/** Also after another compiler has written build/, and after other versions of packages were installed. */
const isBundleOld = (stale) => stale.some((source) => /[\\/]lib[\\/](index\.ts|constructs[\\/]|api[\\/]label-keys\.ts)/.test(source))
  || isOlder(bundle, path.join(output, 'lib/index.js')) || isOlder(bundle, path.join(root, 'node_modules/.package-lock.json'));

function listSources(folder) {
  if (SKIPPED.has(folder)) return [];
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) return listSources(full);
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts') ? [full] : [];
  });
}

const outputOf = (source) => path.join(output, path.relative(root, source).replace(/\.ts$/, '.js'));

function isOlder(file, than) {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  const source = fs.statSync(than, { throwIfNoEntry: false });
  return source !== undefined && (!stat || stat.mtimeMs < source.mtimeMs);
}

/** A deleted source must not live on in build/. */
function removeOrphans(folder, wanted) {
  if (!fs.existsSync(folder)) return;
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) removeOrphans(full, wanted);
    else if (entry.name.endsWith('.js') && !wanted.has(full)) {
      for (const file of [full, `${full}.map`, full.replace(/\.js$/, '.d.ts')]) fs.rmSync(file, { force: true });
    }
  }
}

function replaceFile(file, contents) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  fs.writeFileSync(temporary, contents);
  fs.renameSync(temporary, file);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) console.error(`compile  ${compile()} files`);
