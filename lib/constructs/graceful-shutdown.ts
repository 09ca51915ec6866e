import type { Duration } from 'cdk8s';
import type { k8s } from './kubernetes';

/**
 * How a process is stopped without cutting off a request (factor IX).
 *
 * When a pod is deleted, its removal from Services and its termination run side by side. A process that
 * exits at once drops requests that are still being routed to it, so every preset waits `settle` first,
 * then lets the longest request finish, and asks for a grace period that covers both and a margin.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
 */
export class GracefulShutdown {
  /** Apache httpd: `graceful-stop` closes the listening sockets and lets requests in progress end. */
  static apache(options: GracefulShutdownOptions = {}): GracefulShutdown {
    return new GracefulShutdown(options, (t) => `sleep ${t.settle}; apachectl -k graceful-stop; sleep ${t.longestRequest}`);
  }

  /** nginx: `quit` lets the workers finish their requests; SIGTERM, which follows, would cut them off. */
  static nginx(options: GracefulShutdownOptions = {}): GracefulShutdown {
    return new GracefulShutdown(options, (t) => `sleep ${t.settle}; nginx -s quit; sleep ${t.longestRequest}`);
  }

  /** Node.js with `process.on('SIGTERM', () => server.close())`. */
  static node(options: GracefulShutdownOptions = {}): GracefulShutdown {
    return GracefulShutdown.onSigterm(options);
  }

  /** A program that finishes its requests on SIGTERM by itself. */
  static onSigterm(options: GracefulShutdownOptions = {}): GracefulShutdown {
    return new GracefulShutdown(options, (t) => `sleep ${t.settle}`);
  }

  /** A shell command of your own, run after `settle`; SIGTERM follows when it ends. */
  static command(command: string, options: GracefulShutdownOptions = {}): GracefulShutdown {
    if (!command.trim()) throw new Error('GracefulShutdown.command: the command is empty; for a program that handles SIGTERM use GracefulShutdown.onSigterm()');
    return new GracefulShutdown(options, (t) => `sleep ${t.settle}; ${command}`);
  }

  /** Nobody sends it requests: SIGTERM at once, and time to finish the job in hand. For workers. */
  static immediate(options: Omit<GracefulShutdownOptions, 'settle'> = {}): GracefulShutdown {
    return new GracefulShutdown(options, undefined);
  }

  /** Seconds the pod may take to stop: settle + longest request + margin. */
  readonly gracePeriodSeconds: number;

  /** Shell command for the container's preStop hook. */
  readonly preStop: string | undefined;

  private constructor(options: GracefulShutdownOptions, command: ((seconds: Timings) => string) | undefined) {
    const seconds = toSeconds(options);
    this.preStop = command?.(seconds);
    this.gracePeriodSeconds = (command ? seconds.settle : 0) + seconds.longestRequest + seconds.margin;
  }

  /** @internal */
  _toKube(): Pick<k8s.Container, 'lifecycle'> {
    return this.preStop === undefined ? {} : { lifecycle: { preStop: { exec: { command: ['sh', '-c', this.preStop] } } } };
  }
}

export interface GracefulShutdownOptions {
  /** Time for the pod's address to leave every Service. @default 3 s */
  readonly settle?: Duration;
  /** The longest request (or job) that must not be cut off. @default 30 s */
  readonly longestRequest?: Duration;
  /** Added to the grace period for the process to exit. @default 7 s */
  readonly margin?: Duration;
}

type Timings = Record<'settle' | 'longestRequest' | 'margin', number>;

function toSeconds({ settle, longestRequest, margin }: GracefulShutdownOptions): Timings {
  const seconds = {
    settle: settle?.toSeconds() ?? 3,
    longestRequest: longestRequest?.toSeconds() ?? 30,
    margin: margin?.toSeconds() ?? 7,
  };
  if (seconds.margin < 1) {
    throw new Error('GracefulShutdown: margin must be at least 1 s, or the process is killed while it exits; leave it out for 7 s');
  }
  return seconds;
}
