import type { Duration } from 'cdk8s';
import { k8s } from './kubernetes';

export interface HealthOptions {
  /** Time between checks. @default 5 s */
  readonly interval?: Duration;
  /** Time for an answer. @default 3 s */
  readonly timeout?: Duration;
  /** Time the process may take to start before it is restarted. @default 2 min */
  readonly startup?: Duration;
}

/**
 * How to see that a process can take work. Three probes come from one statement: *startup* (asked every second, so a fast start counts at once),
 * *readiness* (does it get requests) and *liveness* (is it restarted). Startup and liveness only look at the port, because a page that needs
 * the database would restart every copy when the database is away.
 */
export class Health {
  /** Ready when this path answers 200–399. */
  static http(path: string, options: HealthOptions = {}): Health {
    if (!path.startsWith('/')) throw new Error(`Health.http: the path "${path}" must begin with /; write "/${path}"`);
    return new Health(options, (port) => ({ httpGet: { path, port } }));
  }

  /** Ready when the port accepts connections. */
  static tcp(options: HealthOptions = {}): Health {
    return new Health(options, (port) => ({ tcpSocket: { port } }));
  }

  /** Ready when the command ends with 0 in the container; it also decides about restarts. */
  static command(command: readonly string[], options: HealthOptions = {}): Health {
    if (command.length === 0) throw new Error('Health.command: the command is empty; give the program and its arguments');
    return new Health(options, () => ({ exec: { command: [...command] } }), 'same');
  }

  /** Ready as soon as it runs, restarted only when it ends. For workers that can say nothing about themselves. */
  static none(): Health {
    return new Health({}, undefined);
  }

  private constructor(
    private readonly options: HealthOptions,
    private readonly check: ((port: k8s.IntOrString) => k8s.Probe) | undefined,
    private readonly liveness: 'port' | 'same' = 'port',
  ) {}

  /** Whether it needs a port to look at. */
  get needsPort(): boolean {
    return this.check !== undefined && this.liveness === 'port';
  }

  /** @internal */
  _toKube(portName: string): Pick<k8s.Container, 'startupProbe' | 'readinessProbe' | 'livenessProbe'> {
    if (!this.check) return {};
    const port = k8s.IntOrString.fromString(portName);
    const check = this.check(port);
    const alive = this.liveness === 'same' ? check : { tcpSocket: { port } };
    const timeoutSeconds = this.options.timeout?.toSeconds() ?? 3;
    const periodSeconds = this.options.interval?.toSeconds() ?? 5;
    return {
      startupProbe: { ...alive, periodSeconds: 1, timeoutSeconds, failureThreshold: this.options.startup?.toSeconds() ?? 120 },
      readinessProbe: { ...check, periodSeconds, timeoutSeconds, failureThreshold: 3 },
      livenessProbe: { ...alive, periodSeconds: periodSeconds * 2, timeoutSeconds, failureThreshold: 6 },
    };
  }
}
