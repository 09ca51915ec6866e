import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { packageFile } from '../../base/package-root';
import type { ProgramFailure } from './locate-failure';
import { describeProblem, SynthError } from './synth-error';
import { transpile } from './transpile';

export interface SynthOptions {
  /** The program: a .ts, .mts, .js … file that calls `app.synth()`. */
  readonly program: string;
  /** Where its YAML goes. What was there before is removed. */
  readonly outdir: string;
  readonly cwd: string;
  /** Variables of the program's process. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the program prints. */
  readonly onOutput: (text: string) => void;
}

/**
 * Runs a program in a process of its own and returns the YAML files it wrote, in order. The process loads the constructs while
 * the program is transpiled. Rejects with SynthError when the program is at fault.
 */
export async function runProgram({ program, outdir, cwd, environment, onOutput }: SynthOptions): Promise<readonly string[]> {
  const file = path.resolve(cwd, program);
  if (!fs.existsSync(file)) throw new Error(`there is no program ${program}; give the path of a TypeScript file that calls app.synth()`);
  removeManifests(outdir);

  const child = spawn(process.execPath, [packageFile('build/lib/apply/synth/runner.js'), file], {
    cwd, env: { ...environment, CDK8S_OUTDIR: path.resolve(cwd, outdir) }, stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const [stdin, stdout, stderr, failures] = child.stdio;
  let failure = '';
  stdin?.on('error', () => undefined); // a program that ended early says why by its failure
  for (const stream of [stdout, stderr]) (stream as NodeJS.ReadableStream).setEncoding('utf8').on('data', onOutput);
  (failures as NodeJS.ReadableStream).setEncoding('utf8').on('data', (text: string) => (failure += text));
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) => resolve({ code, signal }));
  });
  try {
    stdin?.end(await transpile(file, cwd));
  } catch (error) {
    stdin?.end();
    await ended;
    throw error;
  }

  const { code, signal } = await ended;
  if (code !== 0) throw toError(program, failure, code ?? signal);
  const files = findManifests(outdir);
  if (files.length === 0) throw new Error(`${program} wrote no YAML; end it with app.synth()`);
  return files;
}

function toError(program: string, failure: string, ending: number | string | null): Error {
  if (!failure) return new Error(`${program} ended with ${ending} before it was synthesized`);
  const { message, location, stack } = JSON.parse(failure) as ProgramFailure;
  const error = new SynthError(describeProblem(message, location), location ? [location] : []);
  if (stack) error.stack = stack;
  return error;
}

const isManifest = (name: string) => /\.ya?ml$/.test(name);

function removeManifests(folder: string): void {
  if (!fs.existsSync(folder)) return;
  for (const name of fs.readdirSync(folder).filter((file) => file.endsWith('.k8s.yaml'))) fs.rmSync(path.join(folder, name));
}

function findManifests(folder: string): readonly string[] {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(isManifest).sort().map((name) => path.join(folder, name));
}
