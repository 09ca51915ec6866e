import type { Streams } from '../../client/container-streams';

/** Where a command's input comes from and its output goes. */
export interface Terminal {
  /** There is input: a person, or something that is piped. */
  readonly stdin: boolean;
  /** A person sees the output and types the input. */
  readonly tty: boolean;
  /** Resolves when more can be taken. */
  write(data: Uint8Array, stream?: 'stdout' | 'stderr'): void | Promise<void>;
  /**
   * Gives the streams what is typed or piped, until it ends. Called once, when the command runs.
   * @param atEnd what to do with the streams when there is no more input
   */
  connect(streams: Streams, atEnd: 'end' | 'close'): void;
}
