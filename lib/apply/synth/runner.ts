/**
 * The child process of a synthesis: loads the constructs while its parent transpiles, takes the program's code from stdin, runs it, and
 * reports a failure as JSON on file descriptor 3. Arguments: the program's path. Not to be imported.
 */
import * as fs from 'node:fs';
import Module, { createRequire } from 'node:module';
import * as path from 'node:path';
import { useBundledLibraries } from './libraries';
import { locateFailure } from './locate-failure';

interface LoadableModule extends NodeJS.Module {
  _compile(code: string, filename: string): void;
}
interface ModuleInternals {
  _resolveFilename(request: string, ...rest: unknown[]): string;
  _nodeModulePaths(folder: string): string[];
}

const internals = Module as unknown as ModuleInternals;
const program = process.argv[2];
const own = createRequire(__filename);

/** A program outside of any project still finds this package and what it is built on. */
function fallBackToOwnPackages(): void {
  const resolve = internals._resolveFilename;
  internals._resolveFilename = (request, ...rest) => {
    try {
      return resolve(request, ...rest);
    } catch (error) {
      if (!/^(cdk8s-twelve-factor|cdk8s|cdk8s-plus-28|constructs)(\/|$)/.test(request)) throw error;
      return own.resolve(request);
    }
  };
}

function preload(): void {
  try {
    const load = createRequire(program);
    load('cdk8s-twelve-factor');
    // eslint-disable-next-line no-restricted-properties -- the process belongs to the program
    if (process.env['TWELVE_REPORT']) (load('cdk8s-twelve-factor/trace') as { traceLibrariesOf(program: string): void }).traceLibrariesOf(program);
  } catch {
    // The program will meet the same error where it can be explained.
  }
}

function run(code: string): void {
  const module = new Module(program) as LoadableModule;
  module.filename = program;
  module.paths = internals._nodeModulePaths(path.dirname(program));
  process.argv = [process.argv[0], program];
  process.setSourceMapsEnabled(true); // only now: maps of the libraries would be parsed as well
  module._compile(code, program);
}

function fail(error: unknown): never {
  fs.writeSync(3, JSON.stringify(locateFailure(error, process.cwd())));
  process.exit(1);
}

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
fallBackToOwnPackages();
useBundledLibraries(own);
preload();
const chunks: Buffer[] = [];
process.stdin.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
  const code = Buffer.concat(chunks).toString('utf8');
  if (code) run(code); // nothing comes when it could not be transpiled
});
