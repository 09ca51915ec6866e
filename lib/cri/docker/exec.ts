import type { Duplex } from 'node:stream';
import type Dockerode from 'dockerode';
import { sleep, type Clock } from '../../base/clock';
import type { StreamOptions, StreamSession } from '../cri';
import type { Engine } from './engine';
import { toCriError } from './errors';
import { streamSession } from './stream-session';

export async function exec({ docker, clock }: Engine, id: string, command: readonly string[], options: StreamOptions): Promise<StreamSession> {
  try {
    const created = await docker.getContainer(id).exec({
      Cmd: [...command], AttachStdin: options.stdin, AttachStdout: options.stdout, AttachStderr: options.stderr && !options.tty, Tty: options.tty,
    });
    const connection = (await created.start({ hijack: true, stdin: options.stdin, Tty: options.tty })) as Duplex;
    return streamSession(connection, options, {
      resize: (w, h) => resize(created, { w, h }, clock),
      exitCode: () => exitCode(created, clock),
    });
  } catch (error) {
    throw toCriError(error);
  }
}

const RESIZE_TRIES = 8;

/** The engine starts the command a moment after it has given its streams, and refuses a size before. */
export async function resize(created: Pick<Dockerode.Exec, 'resize'>, size: { readonly w: number; readonly h: number }, clock: Clock): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await created.resize(size);
      return;
    } catch (error) {
      if (tries === RESIZE_TRIES) throw error;
      await sleep(clock, 10 * 2 ** tries);
    }
  }
}

/** The engine closes the streams a moment before it knows the exit code. */
export async function exitCode(created: Dockerode.Exec, clock: Clock): Promise<number> {
  for (let pause = 1; ; pause = Math.min(pause * 2, 1000)) {
    const { Running, ExitCode } = await created.inspect();
    if (!Running && ExitCode !== null) return ExitCode;
    await sleep(clock, pause);
  }
}
