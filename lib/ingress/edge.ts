import { type Clock, sleep } from '../base/clock';
import type { Logger } from '../base/logger';
import { ConfigDirectory } from './config-directory';
import type { EdgeModel } from './edge-model';
import { CONFIG_FILE, type EdgeConfig, renderConfig } from './haproxy-config';
import { ask, type RunningConfig, tryReadRunning } from './haproxy-socket';
import type { IngressPorts } from './ingress-ports';
import { MOUNT } from './names';
import { assignSlots, slotCommands } from './server-slots';

/** How the proxy of this host judges a configuration: undefined when it runs nowhere, else what is wrong with it ('' for nothing). */
export type CheckConfig = (file: string) => Promise<string | undefined>;

export interface EdgeOptions {
  readonly directory: string;
  /** Number of the proxy's user. @default whoever runs this */
  readonly owner?: number;
  readonly defaultCertificate: string;
  readonly nameServers: readonly string[];
  readonly check: CheckConfig;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A configuration the proxy does not take. What ran before still runs. */
export class ConfigRefused extends Error {
  constructor(readonly output: string) {
    super(`HAProxy refuses the configuration: ${output}`);
    this.name = 'ConfigRefused';
  }
}

const RELOAD_LIMIT = 15_000;
/** Their text must fit into a buffer of 16 kB. */
const COMMANDS_AT_ONCE = 50;

/** The proxy of this host, as its files and sockets. Knows nothing by heart: what runs is asked for each time. */
export class Edge {
  private readonly directory: ConfigDirectory;

  constructor(private readonly options: EdgeOptions) {
    this.directory = new ConfigDirectory(options.directory, options.owner);
  }

  /** To be called before the proxy is started for the first time. Idempotent. */
  ensure(): Promise<void> {
    return this.directory.ensure();
  }

  /**
   * Resolves when the proxy does what the model says; without a proxy at once, nothing done: the one that is started later has the last good configuration until it is called
   * again. New pods take slots of the running proxy; everything else is a reload, in which no connection is lost. Rejects with ConfigRefused.
   * @returns whether there is a proxy that does it
   */
  async apply(model: EdgeModel, ports: IngressPorts): Promise<boolean> {
    const running = await tryReadRunning(this.directory.workerSocket);
    if (!running) return false;
    const slots = new Map(model.backends.map(({ name, servers }) => [name, assignSlots(running.slots.get(name) ?? [], servers)]));
    const config = renderConfig(model, { ...this.options, ports, slots });
    if (running.id === config.id && await this.directory.tryCurrent() === config.id) await this.fill(config, running, slots);
    else return this.replace(config);
    return true;
  }

  /** What is wrong with the model as the proxy sees it, without doing anything; '' when it would take it. */
  async refusalOf(model: EdgeModel, ports: IngressPorts): Promise<string> {
    const slots = new Map(model.backends.map(({ name, servers }) => [name, assignSlots([], servers)]));
    const config = renderConfig(model, { ...this.options, ports, slots });
    if (await this.directory.tryCurrent() === config.id) return '';
    await this.directory.prepare(config);
    const problem = await this.options.check(`${MOUNT}/${config.id}/${CONFIG_FILE}`);
    await this.directory.discard(config.id);
    return problem ?? '';
  }

  private async fill(config: EdgeConfig, running: RunningConfig, slots: ReadonlyMap<string, ReturnType<typeof assignSlots>>): Promise<void> {
    const commands = [...slots].flatMap(([backend, wanted]) => slotCommands(backend, running.slots.get(backend) ?? [], wanted));
    for (let start = 0; start < commands.length; start += COMMANDS_AT_ONCE) await ask(this.directory.workerSocket, commands.slice(start, start + COMMANDS_AT_ONCE).join(';'));
    if (await this.directory.tryReadCurrent() !== config.files.get(CONFIG_FILE)) await this.directory.rewriteCurrent(config);
  }

  private async replace(config: EdgeConfig): Promise<boolean> {
    await this.directory.prepare(config);
    const problem = await this.options.check(`${MOUNT}/${config.id}/${CONFIG_FILE}`);
    if (problem === undefined) return false;
    if (problem) {
      await this.directory.discard(config.id);
      throw new ConfigRefused(problem);
    }
    await this.directory.choose(config.id);
    await ask(this.directory.masterSocket, 'reload');
    await this.whenRunning(config.id);
    return true;
  }

  private async whenRunning(id: string): Promise<void> {
    const { clock } = this.options;
    for (const end = clock.now() + RELOAD_LIMIT; clock.now() < end; await sleep(clock, 20)) {
      if ((await tryReadRunning(this.directory.workerSocket))?.id === id) return;
    }
    throw new Error(`HAProxy does not run the configuration ${id} ${RELOAD_LIMIT / 1000} s after its reload; see: kubectl -n kube-system logs daemonset/twelve-ingress`);
  }
}
