import type { LogChunk, LogOptions } from '../cri';
import { containerStatus } from './container-status';
import { asStdout, demultiplex } from './demultiplex';
import { getStream, type Engine } from './engine';
import { toCriError } from './errors';
import { followLog, isReadable } from './follow-log';

export async function* containerLogs(engine: Engine, id: string, options: LogOptions): AsyncGenerator<LogChunk> {
  const { tty, logPath } = await containerStatus(engine, id);
  if (options.follow && logPath && await isReadable(logPath)) yield* followLog(logPath, options, engine.docker.getContainer(id).wait({ abortSignal: options.signal }));
  else yield* fromEngine(engine, id, options, tty);
}

async function* fromEngine(engine: Engine, id: string, { follow = false, tail, since, timestamps = false, signal }: LogOptions, tty: boolean): AsyncGenerator<LogChunk> {
  const options = {
    stdout: true, stderr: true, follow, timestamps,
    ...(tail !== undefined && { tail }),
    ...(since !== undefined && { since: (since / 1000).toFixed(9) }),
  };
  try {
    const source = await getStream(engine.docker, `/containers/${id}/logs`, options, signal);
    yield* tty ? asStdout(source) : demultiplex(source);
  } catch (error) {
    if (!signal?.aborted) throw toCriError(error);
  }
}
