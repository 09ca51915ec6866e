import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { packageFile } from '../../base/package-root';
import type { ProgramFailure } from './locate-failure';
import { describeProblem, SynthError } from './synth-error';

export interface ProgramProcessOptions {
  /** Absolute path of the program. */
  readonly file: string;
  /** Folder of its YAML. */
  readonly outdir: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the program prints. */
  readonly onOutput: (text: string) => void;
}

/**
 * A process that has loaded the constructs, or is about to, and waits for a program's code. One for each run: a program may keep anything in its modules.
 * It ends by itself when nothing is given to it.
 */
export class ProgramProcess {
  private readonly child;
  private readonly ended: Promise<number | string | null>;
  private failure = '';

  constructor(private readonly options: ProgramProcessOptions) {
    const { file, outdir, cwd, environment, onOutput } = options;
    this.child = spawn(process.execPath, [packageFile('build/lib/apply/synth/runner.js'), file], {
      cwd, env: { ...environment, CDK8S_OUTDIR: path.resolve(cwd, outdir) }, stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    });
    const [stdin, stdout, stderr, failures] = this.child.stdio;
    stdin?.on('error', () => undefined); // a program that ended early says why by its failure
    for (const stream of [stdout, stderr]) (stream as NodeJS.ReadableStream).setEncoding('utf8').on('data', onOutput);
    (failures as NodeJS.ReadableStream).setEncoding('utf8').on('data', (text: string) => (this.failure += text));
    this.ended = new Promise((resolve, reject) => {
      this.child.on('error', reject).on('close', (code, signal) => resolve(code ?? signal));
    });
    this.ended.catch(() => undefined); // told to who runs or ends it
  }

  /** Runs the code to its end. Rejects with SynthError when the program is at fault. Once per process. */
  async run(code: string): Promise<void> {
    this.child.stdin?.end(code);
    const ending = await this.ended;
    if (ending !== 0) throw this.toError(ending);
  }

  /** Ends a process that was not used. */
  async end(): Promise<void> {
    this.child.stdin?.end();
    await this.ended.catch(() => undefined);
  }

  private toError(ending: number | string | null): Error {
    if (!this.failure) return new Error(`${path.relative(this.options.cwd, this.options.file)} ended with ${ending} before it was synthesized`);
    const { message, location, stack } = JSON.parse(this.failure) as ProgramFailure;
    const error = new SynthError(describeProblem(message, location), location ? [location] : []);
    if (stack) error.stack = stack;
    return error;
  }
}
