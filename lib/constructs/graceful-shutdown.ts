import type { ApiObject, Duration } from 'cdk8s';
import { Files } from './files';
import type { k8s } from './kubernetes';
import type { PodDraft, PodPart } from './pod-draft';
import { wholeSeconds } from './seconds';
import { gunicornSettings, type ServerSetting, springSettings, uvicornSettings } from './server-settings';
import { type GracefulShutdownOptions, type ShutdownSeconds, shutdownSeconds, type SigtermOptions } from './shutdown-options';

/** How the process is told, before SIGTERM. */
type Hook = { readonly shell: string } | { readonly sleepSeconds: number } | undefined;

interface DeploymentJson {
  readonly spec: { readonly template: { readonly spec: { readonly containers: { lifecycle?: object }[] } } };
}

/** What is particular to a server. */
interface ServerParts {
  /** Environment variables that it reads. @default none */
  readonly settings?: readonly ServerSetting[];
  /** Configuration files that it reads, by path. @default none */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * How a process is stopped without cutting off a request (factor IX).
 *
 * When a pod is deleted, its removal from Services and its termination run side by side. A process that
 * exits at once drops requests that are still being routed to it, so every preset waits `settle` first,
 * then lets the longest request finish, and asks for a grace period that covers both and a margin.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
 */
export class GracefulShutdown implements PodPart {
  /** Apache httpd: `graceful-stop` closes the listening sockets and lets requests in progress end. */
  static apache(options: GracefulShutdownOptions = {}): GracefulShutdown {
    return GracefulShutdown.byCommand('apache', 'apachectl -k graceful-stop', options);
  }

  /** nginx: `quit` lets the workers finish their requests; SIGTERM, which follows, would cut them off. */
  static nginx(options: GracefulShutdownOptions = {}): GracefulShutdown {
    return GracefulShutdown.byCommand('nginx', 'nginx -s quit', options);
  }

  /**
   * PHP-FPM as the container's first process: SIGQUIT, and `process_control_timeout`, without which it ends its workers at once all the same. That setting can only be in a file.
   * @param options what differs from the defaults
   * @param options.configFolder folder of its pool files, as php-fpm.conf includes it @default /usr/local/etc/php-fpm.d, that of the official image
   */
  static phpFpm({ configFolder = '/usr/local/etc/php-fpm.d', ...options }: GracefulShutdownOptions & { readonly configFolder?: string } = {}): GracefulShutdown {
    if (!configFolder.startsWith('/')) throw new Error(`GracefulShutdown.phpFpm: the folder "${configFolder}" must begin with /`);
    const { longestRequest } = shutdownSeconds('phpFpm', options);
    const files = { [`${configFolder.replace(/\/+$/, '')}/zzz-graceful-shutdown.conf`]: `[global]\nprocess_control_timeout = ${longestRequest}s\n` };
    return GracefulShutdown.byCommand('phpFpm', 'kill -QUIT 1', options, { files });
  }

  /** Node.js with `process.on('SIGTERM', () => server.close())`. Without a handler the first process of a container ignores SIGTERM and is killed after the grace period. */
  static node(options: SigtermOptions = {}): GracefulShutdown {
    return GracefulShutdown.bySigterm('node', options);
  }

  /** gunicorn: `--graceful-timeout` is given by GUNICORN_CMD_ARGS. */
  static gunicorn(options: SigtermOptions = {}): GracefulShutdown {
    return GracefulShutdown.bySigterm('gunicorn', options, { settings: gunicornSettings(shutdownSeconds('gunicorn', options)) });
  }

  /** uvicorn, started by its command line: `--timeout-graceful-shutdown` is given by UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN. */
  static uvicorn(options: SigtermOptions = {}): GracefulShutdown {
    return GracefulShutdown.bySigterm('uvicorn', options, { settings: uvicornSettings(shutdownSeconds('uvicorn', options)) });
  }

  /**
   * Puma finishes its requests on SIGTERM. In cluster mode its workers have `worker_shutdown_timeout` for it, which only config/puma.rb can set.
   * @param options what differs from the defaults
   * @param options.workerShutdownTimeout what config/puma.rb says @default 30 s, Puma's own
   */
  static puma({ workerShutdownTimeout, ...options }: SigtermOptions & { readonly workerShutdownTimeout?: Duration } = {}): GracefulShutdown {
    const { longestRequest } = shutdownSeconds('puma', options);
    const timeout = wholeSeconds('GracefulShutdown.puma: workerShutdownTimeout', workerShutdownTimeout, { fallback: 30, least: 1 });
    if (timeout < longestRequest) {
      throw new Error(`GracefulShutdown.puma: Puma's workers are killed after ${timeout} s, before the longest request of ${longestRequest} s ends; `
        + `write "worker_shutdown_timeout ${longestRequest}" into config/puma.rb, and workerShutdownTimeout: Duration.seconds(${longestRequest}) here`);
    }
    return GracefulShutdown.bySigterm('puma', options);
  }

  /** Spring Boot 2.3 and newer: `server.shutdown=graceful` and its timeout are given by variables. */
  static spring(options: SigtermOptions = {}): GracefulShutdown {
    return GracefulShutdown.bySigterm('spring', options, { settings: springSettings(shutdownSeconds('spring', options)) });
  }

  /** Go with `signal.NotifyContext(ctx, syscall.SIGTERM)` and `server.Shutdown`. An image without a shell needs `wait: 'kubernetes'` or `wait: 'program'`. */
  static go(options: SigtermOptions = {}): GracefulShutdown {
    return GracefulShutdown.bySigterm('go', options);
  }

  /** A program that finishes its requests on SIGTERM by itself. */
  static onSigterm(options: SigtermOptions = {}): GracefulShutdown {
    return GracefulShutdown.bySigterm('onSigterm', options);
  }

  /** A program that finishes its requests on another signal, which its container's first process gets after `settle`. SIGTERM follows when the longest request is over. */
  static signal(signal: `SIG${string}`, options: GracefulShutdownOptions = {}): GracefulShutdown {
    return GracefulShutdown.byCommand('signal', killCommand(signal), options);
  }

  /** A shell command of your own, run after `settle`; SIGTERM follows when it ends. */
  static command(command: string, options: GracefulShutdownOptions = {}): GracefulShutdown {
    if (!command.trim()) throw new Error('GracefulShutdown.command: the command is empty; for a program that handles SIGTERM use GracefulShutdown.onSigterm()');
    const seconds = shutdownSeconds('command', options);
    return new GracefulShutdown('command', seconds, { shell: `sleep ${seconds.settle}; ${command}` });
  }

  /**
   * A worker of a queue: nobody sends it requests, so it is told at once to take no more jobs, and has time for the one in hand.
   * @param options what differs from the defaults
   * @param options.signal what it listens to: SIGTERM for Celery and Laravel, SIGQUIT for Resque, SIGTSTP for Sidekiq to become quiet before SIGTERM @default SIGTERM
   */
  static queueWorker({ longestJob, margin, signal = 'SIGTERM' }: QueueWorkerOptions = {}): GracefulShutdown {
    const seconds = shutdownSeconds('queueWorker', { longestRequest: longestJob, margin }, 0);
    return new GracefulShutdown('queueWorker', seconds, signal === 'SIGTERM' ? undefined : { shell: `${killCommand(signal)}; sleep ${seconds.longestRequest}` });
  }

  /** Nobody sends it requests: SIGTERM at once, and time to finish the job in hand. For workers. */
  static immediate(options: Omit<GracefulShutdownOptions, 'settle'> = {}): GracefulShutdown {
    return new GracefulShutdown('immediate', shutdownSeconds('immediate', options, 0), undefined);
  }

  /** Seconds the pod may take to stop: settle + longest request + margin. */
  readonly gracePeriodSeconds: number;

  /** Shell command for the container's preStop hook. */
  readonly preStop: string | undefined;

  /** Files that the server reads its part of this from, by path. */
  readonly files: Readonly<Record<string, string>>;

  private readonly settings: readonly ServerSetting[];

  private constructor(private readonly preset: string, seconds: ShutdownSeconds, private readonly hook: Hook, { settings = [], files = {} }: ServerParts = {}) {
    this.gracePeriodSeconds = seconds.gracePeriod;
    this.preStop = hook && 'shell' in hook ? hook.shell : undefined;
    this.settings = settings;
    this.files = files;
  }

  /** The command lets the server end by itself; the hook lasts as long as it needs, because SIGTERM follows the hook. */
  private static byCommand(preset: string, command: string, options: GracefulShutdownOptions, parts?: ServerParts): GracefulShutdown {
    const seconds = shutdownSeconds(preset, options);
    return new GracefulShutdown(preset, seconds, { shell: `sleep ${seconds.settle}; ${command}; sleep ${seconds.longestRequest}` }, parts);
  }

  private static bySigterm(preset: string, { wait = 'shell', ...options }: SigtermOptions, parts?: ServerParts): GracefulShutdown {
    const seconds = shutdownSeconds(preset, options);
    const hooks = { shell: { shell: `sleep ${seconds.settle}` }, kubernetes: { sleepSeconds: seconds.settle }, program: undefined };
    return new GracefulShutdown(preset, seconds, hooks[wait], parts);
  }

  /** @internal */
  _addTo(pod: PodDraft): void {
    for (const [index, [path, content]] of Object.entries(this.files).entries()) Files.file(pod.construct, index === 0 ? 'shutdown' : `shutdown-${index}`, path, content)._addTo(pod);
  }

  /** @internal A hook in which the cluster waits. The objects of cdk8s-plus-28 drop fields that they do not know, so it is added to what they become. */
  _patch(workload: ApiObject): void {
    const { hook } = this;
    if (!hook || !('sleepSeconds' in hook)) return;
    const { toJson } = workload;
    workload.toJson = () => {
      const json = toJson.call(workload) as DeploymentJson;
      json.spec.template.spec.containers[0].lifecycle = { preStop: { sleep: { seconds: hook.sleepSeconds } } };
      return json;
    };
  }

  /** @internal @param what the process @param sleepHook whether its cluster can wait by itself */
  _toKube(what = 'the process', sleepHook = false): Pick<k8s.Container, 'lifecycle'> {
    if (this.hook && 'sleepSeconds' in this.hook && !sleepHook) {
      throw new Error(`${what}: GracefulShutdown.${this.preset} with wait: 'kubernetes' needs Kubernetes 1.30; set environments.<name>.kubernetes to '1.30' where the cluster has it, or use wait: 'program'`);
    }
    return this.preStop === undefined ? {} : { lifecycle: { preStop: { exec: { command: ['sh', '-c', this.preStop] } } } };
  }

  /**
   * @internal Variables that the server needs, and the process does not have from elsewhere. Throws when one from elsewhere contradicts the times.
   * @param given those of the process, with their values where these are known
   */
  _variables(what: string, given: ReadonlyMap<string, string | undefined>): readonly k8s.EnvVar[] {
    return this.settings.flatMap(({ name, value, problemOf }) => {
      if (!given.has(name)) return [{ name, value }];
      const text = given.get(name);
      const problem = text === undefined ? undefined : problemOf(text);
      if (problem) throw new Error(`${what}: ${name} ${problem} (GracefulShutdown.${this.preset})`);
      return [];
    });
  }
}

export interface QueueWorkerOptions {
  /** The longest job that must not be cut off. @default 30 s */
  readonly longestJob?: Duration;
  /** Added to the grace period for the process to exit. @default 7 s */
  readonly margin?: Duration;
  readonly signal?: `SIG${string}`;
}

function killCommand(signal: string): string {
  const name = /^SIG([A-Z0-9]+)$/.exec(signal)?.[1];
  if (!name) throw new Error(`GracefulShutdown: "${signal}" is not a signal; write it like SIGQUIT`);
  if (name === 'KILL' || name === 'STOP') throw new Error(`GracefulShutdown: no program can finish anything on ${signal}; name the signal that it handles`);
  return `kill -${name} 1`;
}
