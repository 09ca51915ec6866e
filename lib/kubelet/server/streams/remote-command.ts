import type { Readable, Writable } from 'node:stream';
import type { StreamOptions } from '../../../cri/cri';

export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** The client's end of exec and attach, whatever the protocol. */
export interface RemoteCommandStreams {
  /** Present as asked for. */
  readonly stdin?: Readable;
  readonly stdout?: Writable;
  readonly stderr?: Writable;
  /** Calls back for each size the client's terminal gets, the first included. */
  onResize(listener: (size: TerminalSize) => void): void;
  /** How it ended; no error is success. Flushes the outputs and ends the connection. */
  finish(end: CommandEnd): Promise<void>;
  /** The client went away. */
  readonly closed: AbortSignal;
}

export type CommandEnd = { readonly exitCode: number } | { readonly error: string };

/** What the query of `/exec` and `/attach` asks for. */
export function streamOptions(query: URLSearchParams): StreamOptions {
  const is = (...names: readonly string[]) => names.some((name) => ['1', 'true'].includes(query.get(name) ?? ''));
  const tty = is('tty');
  return { stdin: is('stdin', 'input'), stdout: is('stdout', 'output'), stderr: is('stderr', 'error') && !tty, tty };
}

/** The Status that v4 and later protocols send on the error stream. Pure. */
export function endStatus(end: CommandEnd): object {
  if ('error' in end) {
    return { metadata: {}, status: 'Failure', message: `Internal error occurred: ${end.error}`, reason: 'InternalError', details: { causes: [{ message: end.error }] }, code: 500 };
  }
  if (end.exitCode === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: command terminated with exit code ${end.exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(end.exitCode) }] },
  };
}
