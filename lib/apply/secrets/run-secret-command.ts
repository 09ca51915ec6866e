import { spawn } from 'node:child_process';

const MOST = 1024 * 1024;

/**
 * Runs a program without a shell and resolves with its standard output. Rejects with its exit code and what it said on standard error, never with what it
 * printed: that may be half of the value. It may ask on the terminal (a passphrase), which is its standard input.
 */
export function runSecretCommand([program, ...words]: readonly string[], timeoutSeconds: number, environment: Readonly<Record<string, string | undefined>>, signal: AbortSignal): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ['inherit', 'pipe', 'pipe'], env: { ...environment }, signal, killSignal: 'SIGKILL', timeout: timeoutSeconds * 1000 });
    const printed: Buffer[] = [];
    let size = 0;
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed.push(chunk);
      size += chunk.length;
      if (size > MOST) child.kill('SIGKILL');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => { said = (said + text).slice(-2000); });
    child.on('error', (error: NodeJS.ErrnoException) => reject(new Error(error.code === 'ENOENT' ? 'it is not installed or not in PATH' : error.message)));
    // What the program has started may hold its streams open for longer than it lives.
    child.on('exit', (_code, killedBy) => { if (killedBy) for (const stream of [child.stdout, child.stderr]) stream.destroy(); });
    child.on('close', (code, killedBy) => {
      const output = Buffer.concat(printed);
      if (code === 0) return resolve(output);
      const value = output.toString('utf8').trim();
      const hidden = value ? said.replaceAll(value, '***') : said;
      const ending = size > MOST ? 'it printed more than 1 MiB' : killedBy ? `it took longer than ${timeoutSeconds} s` : `it ended with ${code}`;
      return reject(new Error([ending, hidden.trim()].filter(Boolean).join(': ')));
    });
  });
}
