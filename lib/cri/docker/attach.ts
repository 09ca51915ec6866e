import type { Duplex } from 'node:stream';
import type { StreamOptions, StreamSession } from '../cri';
import type { Engine } from './engine';
import { toCriError } from './errors';
import { streamSession } from './stream-session';

export async function attach({ docker }: Engine, id: string, options: StreamOptions): Promise<StreamSession> {
  const container = docker.getContainer(id);
  try {
    const connection = (await container.attach({
      stream: true, hijack: true, stdin: options.stdin, stdout: options.stdout, stderr: options.stderr && !options.tty,
    })) as unknown as Duplex;
    return streamSession(connection, options, {
      resize: async (w, h) => void (await container.resize({ w, h })),
      exitCode: () => Promise.resolve(0),
    });
  } catch (error) {
    throw toCriError(error);
  }
}
