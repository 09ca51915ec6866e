import type { Duration } from 'cdk8s';
import { k8s } from './kubernetes';
import { wholeSeconds } from './seconds';

export interface HealthOptions {
  /** Time between checks. @default 5 s */
  readonly interval?: Duration;
  /** Time for an answer; one that is given is at most the interval. @default 3 s */
  readonly timeout?: Duration;
  /** Time the process may take to start before it is restarted. A rolling update waits as long. @default 2 min */
  readonly startup?: Duration;
}

export interface HttpHealthOptions extends HealthOptions {
  /** @default HTTP */
  readonly scheme?: 'HTTP' | 'HTTPS';
  /** Headers of the request: `{ Host: 'shop.example.com' }` for a server that answers to its name only. @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** Path that decides about restarts. It must not need the database: when that is away, every copy would be restarted. @default only the port is looked at */
  readonly alive?: string;
}

/**
 * How to see that a process can take work. Three probes come from one statement: *startup* (asked every second, so a fast start counts at once),
 * *readiness* (does it get requests) and *liveness* (is it restarted). Startup and liveness only look at the port, because a page that needs
 * the database would restart every copy when the database is away.
 */
export class Health {
  /** Ready when this path answers 200–399. */
  static http(path: string, { scheme, headers = {}, alive, ...options }: HttpHealthOptions = {}): Health {
    const get = (asked: string): Check => {
      if (!asked.startsWith('/')) throw new Error(`Health.http: the path "${asked}" must begin with /; write "/${asked}"`);
      const httpHeaders = Object.entries(headers).map(([name, value]) => ({ name, value }));
      return ({ port }) => ({ httpGet: { path: asked, port, ...(scheme && { scheme }), ...(httpHeaders.length > 0 && { httpHeaders }) } });
    };
    return new Health('http', options, get(path), alive === undefined ? PORT : get(alive));
  }

  /** Ready when the port accepts connections. */
  static tcp(options: HealthOptions = {}): Health {
    return new Health('tcp', options, PORT, PORT);
  }

  /** Ready when `grpc.health.v1.Health` answers SERVING. Without TLS: Kubernetes has no other. @param service asked for by name @default the server as a whole */
  static grpc({ service, ...options }: HealthOptions & { readonly service?: string } = {}): Health {
    return new Health('grpc', options, ({ portNumber }) => ({ grpc: { port: portNumber, ...(service !== undefined && { service }) } }), PORT);
  }

  /** Ready when the command ends with 0 in the container; it also decides about restarts. */
  static command(command: readonly string[], options: HealthOptions = {}): Health {
    if (command.length === 0) throw new Error('Health.command: the command is empty; give the program and its arguments');
    const run: Check = () => ({ exec: { command: [...command] } });
    return new Health('command', options, run, run);
  }

  /** Ready as soon as it runs, restarted only when it ends. For workers that can say nothing about themselves. */
  static none(): Health {
    return new Health('none', {}, () => ({}), () => ({}));
  }

  /** The longest start, in seconds, after which the process is restarted. */
  readonly startupSeconds: number;
  private readonly intervalSeconds: number;
  private readonly timeoutSeconds: number;

  private constructor(private readonly kind: 'http' | 'tcp' | 'grpc' | 'command' | 'none', options: HealthOptions, private readonly ready: Check, private readonly alive: Check) {
    const what = `Health.${kind}`;
    this.intervalSeconds = wholeSeconds(`${what}: interval`, options.interval, { fallback: 5, least: 1 });
    this.timeoutSeconds = wholeSeconds(`${what}: timeout`, options.timeout, { fallback: 3, least: 1 });
    this.startupSeconds = wholeSeconds(`${what}: startup`, options.startup, { fallback: 120, least: 1 });
    if (options.timeout && this.timeoutSeconds > this.intervalSeconds) throw new Error(`${what}: a timeout of ${this.timeoutSeconds} s is longer than the interval of ${this.intervalSeconds} s; make the interval at least as long`);
    if (this.startupSeconds < this.timeoutSeconds) throw new Error(`${what}: startup is ${this.startupSeconds} s, and one answer alone may take ${this.timeoutSeconds} s (timeout); give it more time to start`);
  }

  /** Whether it needs a port to look at. */
  get needsPort(): boolean {
    return this.kind !== 'command' && this.kind !== 'none';
  }

  /** @internal @param portNumber what the port of that name is; gRPC needs it */
  _toKube(portName: string, portNumber?: number): Pick<k8s.Container, 'startupProbe' | 'readinessProbe' | 'livenessProbe'> {
    if (this.kind === 'none') return {};
    if (this.kind === 'grpc' && portNumber === undefined) throw new Error('Health.grpc: the process has no port; give it one, or use Health.command');
    const port = { port: k8s.IntOrString.fromString(portName), portNumber: portNumber ?? 0 };
    const { timeoutSeconds, intervalSeconds: periodSeconds } = this;
    return {
      startupProbe: { ...this.alive(port), periodSeconds: 1, timeoutSeconds, failureThreshold: this.startupSeconds },
      readinessProbe: { ...this.ready(port), periodSeconds, timeoutSeconds, failureThreshold: 3 },
      livenessProbe: { ...this.alive(port), periodSeconds: periodSeconds * 2, timeoutSeconds, failureThreshold: 6 },
    };
  }
}

type Check = (port: { readonly port: k8s.IntOrString; readonly portNumber: number }) => k8s.Probe;

const PORT: Check = ({ port }) => ({ tcpSocket: { port } });
