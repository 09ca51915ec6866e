import { Duplex } from 'node:stream';
import type { Engine } from './engine';
import { exec } from './exec';

/** Runs the pause program's relay inside the sandbox, whose loopback is the pod's. */
export async function portForward(engine: Engine, sandbox: string, port: number): Promise<Duplex> {
  const session = await exec(engine, sandbox, ['/pause', 'connect', String(port)], { stdin: true, stdout: true, stderr: true, tty: false });
  let refusal = '';
  session.stderr.on('data', (chunk: Buffer) => (refusal += chunk.toString()));
  const stream = Duplex.from({ readable: session.stdout, writable: session.stdin });
  session.stderr.once('end', () => {
    if (refusal) stream.destroy(new Error(`failed to connect to localhost:${port} inside the pod: ${refusal}`));
  });
  return stream;
}
