import type { Streams, StreamsOptions } from '../../client/container-streams';
import type { ContainerPlace } from './choose-container';
import type { Terminal } from './terminal';

export interface ExecOptions {
  readonly place: ContainerPlace;
  readonly command: readonly string[];
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly open: (options: StreamsOptions) => Promise<Streams>;
}

/** Executes a command in a running container and resolves with its exit code. When the signal aborts, the connection ends; the command may go on. */
export async function execInContainer({ place, command, terminal, signal, open }: ExecOptions): Promise<number> {
  const { stdin, tty } = terminal;
  const streams = await open({ ...place, command, stdin, output: true, tty, endsInput: stdin && !tty, onOutput: (data, stream) => terminal.write(data, stream) });
  const abort = () => streams.close();
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    if (stdin) terminal.connect(streams, 'end');
    const code = await streams.ended;
    signal.throwIfAborted();
    if (code === undefined) throw new Error(`the connection to pod ${place.pod} ended before the command did; whether it goes on there is not known`);
    return code;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
