import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bridgeName } from '../../../lib/cri/docker/network/names';
import { freeRange, hostRoutes } from '../../../lib/cri/docker/network/host-routes';
import { claimRange } from '../../../lib/cluster/host-claims';
import { freePort } from '../../../lib/cluster/ports';
import { run, tryRun } from './command';

const CLI = path.resolve(__dirname, '../../../build/apps/cli/main.js');
const SCRIPTS = path.resolve(__dirname, '../../../../shared/real-cluster');
const START_LIMIT = 180_000;

export const hasRealCluster = fs.existsSync(path.join(SCRIPTS, 'up.sh'));

/** A real Kubernetes control plane of a test's own on this machine, and Docker hosts that join it. `end` removes all of it and may be called twice. */
export class RealCluster {
  readonly directory = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-real-'));
  readonly kubeconfig = path.join(this.directory, 'cluster', 'kubeconfig');
  /** Of its Services. */
  serviceCidr = '';
  private readonly nodes: JoinedNode[] = [];

  /** Resolves when its API answers; it has no node then. */
  async up(): Promise<void> {
    const [port, routes] = await Promise.all([freePort(16_000 + Math.floor(Math.random() * 3_000)), hostRoutes()]);
    // Pods reach the API server at the machine's own address.
    this.serviceCidr = freeRange('10.112.0.0/16', routes, '', claimRange);
    const env = { DATA: path.dirname(this.kubeconfig), PORT: String(port), BIND: '0.0.0.0', SVC_CIDR: this.serviceCidr };
    await run('bash', [path.join(SCRIPTS, 'up.sh')], { env, limit: START_LIMIT });
  }

  /** This machine as a node; resolves when it is Ready. */
  async join(name: string, options: readonly string[] = []): Promise<JoinedNode> {
    const node = this.node(name);
    await node.start(options);
    return node;
  }

  /** A node that has not been started, with a kubeconfig of its own. */
  node(name: string, kubeconfig = this.kubeconfig): JoinedNode {
    const node = new JoinedNode(name, path.join(this.directory, name), kubeconfig);
    this.nodes.push(node);
    return node;
  }

  async end(): Promise<void> {
    for (const node of this.nodes) await node.leave();
    await tryRun('bash', [path.join(SCRIPTS, 'down.sh'), '--wipe'], { env: { DATA: path.dirname(this.kubeconfig) } });
    fs.rmSync(this.directory, { recursive: true, force: true });
  }
}

/** `twelve node join` as a process of its own. */
export class JoinedNode {
  private process: ChildProcess | undefined;
  private podCidr: string | undefined;
  private said = '';

  constructor(readonly name: string, readonly dataDirectory: string, private readonly kubeconfig: string) {}

  /** Everything that was printed. */
  get output(): string {
    return this.said;
  }

  /** Resolves when it says that the node is Ready; rejects with what it printed when it ends before. */
  async start(options: readonly string[] = []): Promise<void> {
    this.podCidr ??= freeRange('10.176.0.0/24', await hostRoutes(), bridgeName(this.name), claimRange);
    await this.begin([...this.words('join'), '--kubeconfig', this.kubeconfig, '--pod-cidr', this.podCidr, ...options], / Ready /);
  }

  /** Runs until a line is printed. */
  private async begin(words: readonly string[], until: RegExp): Promise<void> {
    const child = spawn(process.execPath, [CLI, ...words], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } });
    this.process = child;
    this.said = '';
    await new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          this.said += text;
          if (until.test(this.said)) resolve();
        });
      }
      child.on('error', reject);
      child.on('close', (code) => reject(new Error(`twelve node join ended with ${code}:\n${this.said}`)));
    });
  }

  /** As Ctrl-C does; resolves when the process has ended. */
  async interrupt(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    const { process: child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill(signal);
    await ended;
  }

  /** Nothing of the node is left, here and in the cluster. May be called twice. */
  async leave(kubeconfig = this.kubeconfig): Promise<string> {
    const { out, err } = await tryRun(process.execPath, [CLI, ...this.words('leave'), '--kubeconfig', kubeconfig, '--force', '--purge', '--timeout', '60s'], { env: { NO_COLOR: '1' } });
    await this.interrupt('SIGKILL');
    return out + err;
  }

  private words(verb: string): readonly string[] {
    return ['node', verb, '--name', this.name, '--data-dir', this.dataDirectory];
  }
}
