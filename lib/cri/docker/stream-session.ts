import { PassThrough, type Duplex } from 'node:stream';
import { drained } from '../../base/drained';
import type { StreamOptions, StreamSession } from '../cri';
import { asStdout, demultiplex } from './demultiplex';

/** A hijacked connection as three streams. A reader that is slow on one output holds up the connection, not memory. */
export function streamSession(
  connection: Duplex, { tty }: StreamOptions, { resize, exitCode }: Pick<StreamSession, 'resize' | 'exitCode'>,
): StreamSession {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  void pump(connection, tty, stdout, stderr);
  return {
    stdin: connection,
    stdout,
    stderr,
    resize,
    exitCode,
    close: () => connection.destroy(),
  };
}

async function pump(connection: Duplex, tty: boolean, stdout: PassThrough, stderr: PassThrough): Promise<void> {
  try {
    for await (const { stream, data } of tty ? asStdout(connection) : demultiplex(connection)) {
      const output = stream === 'stderr' ? stderr : stdout;
      if (!output.destroyed && !output.write(data)) await drained(output);
    }
  } catch {
    // The connection was cut: for a reader that is the end of the output; the exit code tells the rest.
  }
  stdout.end();
  stderr.end();
}
