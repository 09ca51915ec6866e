import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Client } from '../../lib/client/client';
import type { ClusterAccess } from '../../lib/client/kubeconfig';
import type { OutageEvent } from '../../lib/client/retrying-transport';
import { commandClock } from './clock';
import { type Options, textOption } from './commands/command';
import { formatDuration } from './output/duration';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a target has from the command that runs. */
export interface TargetSurroundings {
  /** Ends what waits for a server. */
  readonly signal: AbortSignal;
  /** A remark for the person who waits. */
  readonly note: (text: string) => void;
}

/** Kubernetes puts it into every pod. */
const SERVICE_ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Milliseconds for which a server that has gone away is waited for, unless the command knows better. */
const PATIENCE = 60_000;

/** What the target options of a command mean. The bundled runtime unless a kubeconfig or a context is named: an apply must not reach a cluster by accident. */
export class Target {
  /** Name of the bundled runtime. */
  readonly name: string;
  readonly dataDirectory: string;
  private opened: Promise<ClusterAccess> | undefined;

  constructor(private readonly options: Options, private readonly environment: Environment, private readonly surroundings: TargetSurroundings = { signal: new AbortController().signal, note: () => undefined }) {
    this.name = textOption(options, 'name') ?? 'twelve';
    if (!/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/.test(this.name)) {
      throw new Error(`--name "${this.name}" is not a runtime's name; use at most 40 of a-z, 0-9 and -, beginning and ending with a letter or digit`);
    }
    const home = environment['XDG_DATA_HOME'] || path.join(environment['HOME'] || os.homedir(), '.local', 'share');
    this.dataDirectory = path.resolve(textOption(options, 'dataDir') ?? path.join(home, 'twelve', this.name));
  }

  /** Another cluster than the bundled runtime: the options name it, or this process is a pod of it and has no runtime. */
  get isForeign(): boolean {
    return this.namesCluster || this.isInPod;
  }

  private get namesCluster(): boolean {
    return Boolean(textOption(this.options, 'kubeconfig') ?? textOption(this.options, 'context'));
  }

  private get isInPod(): boolean {
    const { KUBERNETES_SERVICE_HOST: host } = this.environment;
    return !this.namesCluster && Boolean(host) && fs.existsSync(SERVICE_ACCOUNT_TOKEN) && !fs.existsSync(this.runtimeKubeconfig);
  }

  private get runtimeKubeconfig(): string {
    return path.join(this.dataDirectory, 'kubeconfig');
  }

  /** The file that is used; several that are merged are joined as in $KUBECONFIG. Throws when there is none, and says how to get one. */
  kubeconfig(): string {
    return this.kubeconfigs().join(path.delimiter);
  }

  /** Where the access to the cluster comes from, for people. */
  source(): string {
    return this.isInPod ? `service account of this pod (${path.dirname(SERVICE_ACCOUNT_TOKEN)})` : this.kubeconfig();
  }

  private kubeconfigs(): readonly string[] {
    const given = textOption(this.options, 'kubeconfig');
    const files = given !== undefined ? [given] : this.namesCluster ? this.userKubeconfigs() : [this.runtimeKubeconfig];
    if (files.some((file) => fs.existsSync(file))) return files;
    if (this.namesCluster) throw new Error(`there is no kubeconfig at ${files.join(' or ')}; name one with --kubeconfig <file>`);
    throw new Error(`no runtime "${this.name}" has been started (${this.runtimeKubeconfig} does not exist); start it with: twelve up, or name a cluster with --kubeconfig <file> or --context <name>`);
  }

  /** The user's own kubeconfig, whether or not it exists: the first of $KUBECONFIG. */
  userKubeconfig(): string {
    return this.userKubeconfigs()[0];
  }

  private userKubeconfigs(): readonly [string, ...string[]] {
    const [first, ...more] = (this.environment['KUBECONFIG'] ?? '').split(path.delimiter).filter(Boolean);
    return first === undefined ? [path.join(this.environment['HOME'] || os.homedir(), '.kube', 'config')] : [first, ...more];
  }

  access(): Promise<ClusterAccess> {
    this.opened ??= this.open();
    return this.opened;
  }

  private async open(): Promise<ClusterAccess> {
    const [{ loadKubeconfig }, { tryInCluster }] = await Promise.all([import('../../lib/client/kubeconfig.js'), import('../../lib/client/in-cluster.js')]);
    const ownPod = this.isInPod ? tryInCluster(this.environment) : undefined;
    return ownPod ?? loadKubeconfig(this.kubeconfigs(), { context: textOption(this.options, 'context'), environment: this.environment, interactive: process.stdin.isTTY, clock: commandClock });
  }

  /** Whether the command line says which namespace: then no other one is meant. */
  get namesNamespace(): boolean {
    return textOption(this.options, 'namespace') !== undefined;
  }

  async namespace(): Promise<string> {
    return textOption(this.options, 'namespace') ?? (await this.access()).namespace;
  }

  /** @param patience milliseconds for which each request is tried again when the server goes away */
  async client({ patience = PATIENCE }: { readonly patience?: number } = {}): Promise<Client> {
    const [access, { httpsTransport }, { createClient }, { retrying }, { bounded }] = await Promise.all([
      this.access(), import('../../lib/client/https-transport.js'), import('../../lib/client/api-client.js'), import('../../lib/client/retrying-transport.js'), import('../../lib/client/bounded-transport.js'),
    ]);
    const { signal, note } = this.surroundings;
    const transport = retrying(bounded(httpsTransport({ ...access, userAgent: 'twelve' })), {
      clock: commandClock, random: Math.random, patience, signal, onOutage: (event) => note(describeOutage(event)),
    });
    return createClient(transport, { fieldManager: 'twelve' });
  }
}

function describeOutage(event: OutageEvent): string {
  return event.state === 'waiting' ? `${event.why.split(';')[0]}; trying again …` : `the API server answers again after ${formatDuration(event.after)}`;
}
