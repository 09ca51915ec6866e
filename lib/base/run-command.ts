import { spawn } from 'node:child_process';

export interface RunCommandOptions {
  /** Written to the program's standard input. */
  readonly input?: string;
}

/** A program that could not be started or ended with a code other than 0. */
export class CommandError extends Error {
  constructor(message: string, readonly code: number | undefined, readonly stderr: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
  }
}

/** Runs a program of the host to its end and returns what it printed. Rejects with CommandError, which carries what it said on stderr. */
export function runCommand(program: string, words: readonly string[], { input }: RunCommandOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...words], { stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => undefined); // a program that ends before it read everything tells why by its code
    child.on('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'ENOENT' ? `${program} is not installed or not in PATH` : `${program} cannot be started: ${error.message}`;
      reject(new CommandError(why, undefined, '', { cause: error }));
    });
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(Buffer.concat(out).toString('utf8'));
      const stderr = Buffer.concat(err).toString('utf8').trim();
      return reject(new CommandError(`${[program, ...words].join(' ')} ended with ${code ?? signal}${stderr ? `: ${stderr}` : ''}`, code ?? undefined, stderr));
    });
    child.stdin.end(input ?? '');
  });
}

/** As runCommand; undefined when it failed or is not installed. */
export async function tryRunCommand(program: string, words: readonly string[], options?: RunCommandOptions): Promise<string | undefined> {
  try {
    return await runCommand(program, words, options);
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}
