import { spawn } from 'node:child_process';

export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CommandOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Ends the command early (SIGTERM) with what it printed so far. */
  readonly until?: (out: string) => boolean;
  /** Ends the command early when it aborts. */
  readonly signal?: AbortSignal;
  /** Milliseconds after which a hanging command is killed. @default 200 s */
  readonly limit?: number;
}

/** Runs a program to its end and returns what it printed; never rejects because of its exit code. */
export function tryRun(program: string, words: readonly string[], { input, env, cwd, until, signal: ended, limit = 200_000 }: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    ended?.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
    const timer = setTimeout(() => child.kill('SIGKILL'), limit);
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (until?.(out)) child.kill('SIGTERM');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.stdin.on('error', () => undefined).end(input ?? '');
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? (signal === 'SIGTERM' ? 0 : 137), out, err });
    });
  });
}

/** As tryRun, and throws with everything that was printed when it failed. */
export async function run(program: string, words: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { code, out, err } = await tryRun(program, words, options);
  if (code !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${code}\n${out}${err}`);
  return out;
}
