import * as fs from 'node:fs';
import Module from 'node:module';
import * as path from 'node:path';
import * as vm from 'node:vm';

interface ModuleInternals {
  _load(request: string, parent: unknown, isMain: boolean): unknown;
  _resolveFilename(request: string, parent: unknown): string;
}

/** Names as apps/setup/libraries.mjs bundles them. */
const NAMES = ['cdk8s-twelve-factor', 'cdk8s-twelve-factor/trace', 'cdk8s', 'constructs', 'cdk8s-plus-28/lib/imports/k8s'] as const;

/**
 * Serves the constructs and what they are built on from one file with V8's code cache (17 ms instead of 75). Only in place of this package's own
 * copies: a program that has others gets those. Without the file, or with one of another Node.js version, everything loads as usual.
 */
export function useBundledLibraries(own: NodeJS.Require): void {
  const file = path.join(__dirname, 'libraries.cjs');
  if (!isCurrent(file)) return;
  const text = fs.readFileSync(file, 'utf8');
  // The wrapper is that of libraries.mjs, letter by letter: the cache is for exactly this text.
  const script = new vm.Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, { filename: file, cachedData: fs.readFileSync(file.replace(/cjs$/, 'cache')) });
  const bundle = { exports: {} as Readonly<Record<string, unknown>> };
  // cdk8s finds a helper program beside its files.
  script.runInThisContext()(bundle.exports, own, bundle, file, path.dirname(own.resolve('cdk8s')));
  serve(new Map(NAMES.map((name) => [own.resolve(name), bundle.exports[name]])));
}

/** @param modules by resolved file */
function serve(modules: ReadonlyMap<string, unknown>): void {
  const internals = Module as unknown as ModuleInternals;
  const load = internals._load;
  internals._load = (request, parent, isMain) => {
    if (NAMES.some((name) => request === name) || request.endsWith('imports/k8s')) {
      const found = modules.get(internals._resolveFilename(request, parent));
      if (found !== undefined) return found;
    }
    return load(request, parent, isMain);
  };
}

/** It is there, and not older than the constructs it was made of. */
function isCurrent(file: string): boolean {
  const modified = (name: string) => fs.statSync(name, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return modified(file) > 0 && modified(file) >= modified(path.join(__dirname, '../../index.js'));
}
