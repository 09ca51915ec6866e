import type { Duration } from 'cdk8s';
import { wholeSeconds } from './seconds';

export interface GracefulShutdownOptions {
  /** Time for the pod's address to leave every Service: the pre-stop delay. @default 3 s */
  readonly settle?: Duration;
  /** The longest request (or job) that must not be cut off. @default 30 s */
  readonly longestRequest?: Duration;
  /** Added to the grace period for the process to exit. @default 7 s */
  readonly margin?: Duration;
  /** A grace period of your own. It must cover the three above. @default their sum */
  readonly gracePeriod?: Duration;
}

export interface SigtermOptions extends GracefulShutdownOptions {
  /**
   * Who waits for `settle` before SIGTERM. `shell`: `sleep` of the image. `kubernetes`: the cluster itself, from 1.30 on (`environments.<name>.kubernetes`); for images without a shell.
   * `program`: SIGTERM comes at once, and the program goes on to take requests for `settle` by itself. @default shell
   */
  readonly wait?: 'shell' | 'kubernetes' | 'program';
}

/** Whole seconds. */
export interface ShutdownSeconds {
  readonly settle: number;
  readonly longestRequest: number;
  readonly margin: number;
  readonly gracePeriod: number;
}

/** The times of a shutdown; throws when they contradict each other. @param settle what `settle` is when nothing is said; 0: there is none */
export function shutdownSeconds(preset: string, options: GracefulShutdownOptions, settle = 3): ShutdownSeconds {
  const what = `GracefulShutdown.${preset}`;
  const seconds = {
    settle: settle === 0 ? 0 : wholeSeconds(`${what}: settle`, options.settle, { fallback: settle, least: 1 }),
    longestRequest: wholeSeconds(`${what}: longestRequest`, options.longestRequest, { fallback: 30, least: 0 }),
    // Less, and the process is killed while it exits.
    margin: wholeSeconds(`${what}: margin`, options.margin, { fallback: 7, least: 1 }),
  };
  const needed = seconds.settle + seconds.longestRequest + seconds.margin;
  const gracePeriod = wholeSeconds(`${what}: gracePeriod`, options.gracePeriod, { fallback: needed, least: 1 });
  if (gracePeriod < needed) {
    const parts = `settle ${seconds.settle} s + longest request ${seconds.longestRequest} s + margin ${seconds.margin} s`;
    throw new Error(`${what}: a grace period of ${gracePeriod} s is shorter than ${parts}; leave gracePeriod out for ${needed} s`);
  }
  return { ...seconds, gracePeriod };
}
