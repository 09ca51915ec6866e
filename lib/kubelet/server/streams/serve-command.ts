import { finished } from 'node:stream/promises';
import type { StreamSession } from '../../../cri/cri';
import type { RemoteCommandStreams } from './remote-command';

/** Connects the client to the command until both outputs have ended, then tells how it ended. Never rejects. */
export async function serveCommand(client: RemoteCommandStreams, open: () => Promise<StreamSession>): Promise<void> {
  let session: StreamSession | undefined;
  try {
    session = await open();
    const { stdin, stdout, stderr } = session;
    const cut = () => session?.close();
    client.closed.addEventListener('abort', cut, { once: true });
    client.onResize(({ width, height }) => void session?.resize(width, height).catch(() => undefined));
    // Errors of a side that went away end the pipes; the exit code says the rest.
    for (const stream of [stdin, stdout, stderr]) stream.on('error', () => undefined);
    if (client.stdin) client.stdin.pipe(stdin);
    const outputs = [copy(stdout, client.stdout), copy(stderr, client.stderr)];
    await Promise.all(outputs);
    if (!client.closed.aborted) await client.finish({ exitCode: await session.exitCode() });
  } catch (error) {
    await client.finish({ error: error instanceof Error ? error.message : String(error) }).catch(() => undefined);
  } finally {
    session?.close();
  }
}

async function copy(from: NodeJS.ReadableStream, to: NodeJS.WritableStream | undefined): Promise<void> {
  if (to) from.pipe(to);
  else from.resume();
  await finished(from, { writable: false }).catch(() => undefined);
  if (to && !(to as { destroyed?: boolean }).destroyed) await finished(to, { readable: false }).catch(() => undefined);
}
