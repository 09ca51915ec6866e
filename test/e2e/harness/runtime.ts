import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../../../lib/cluster/ports';
import { run, tryRun, type CommandOptions, type CommandResult } from './command';

const cli = path.resolve(__dirname, '../../../build/apps/cli/main.js');
/** Below the range that the kernel takes for connections of its own, below that of node ports, and below the fixed ports of cases (28,080 and above). */
async function freeIngressPorts(): Promise<readonly string[]> {
  const [http, https] = await Promise.all([20_000, 24_000].map((start) => freePort(start + Math.floor(Math.random() * 3_999))));
  return ['--ingress-http-port', String(http), '--ingress-https-port', String(https)];
}

/** One bundled runtime of a test's own: own name and data directory; port and address ranges are what is free. `end` removes all of it and may be called twice. */
export class TestRuntime {
  /** Each project of the tests loads this file anew in the same process, and numbers of processes come back: chance alone tells runtimes apart. */
  readonly name = `e2e-${randomBytes(4).toString('hex')}`;
  readonly directory = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-e2e-'));
  readonly dataDirectory = path.join(this.directory, 'data');
  readonly kubeconfig = path.join(this.dataDirectory, 'kubeconfig');

  private ingressPorts: readonly string[] | undefined;

  /** The command line as a user calls it, pointed at this runtime. The user's own kubeconfig is a file in the test's folder. */
  try(words: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    return tryRun(process.execPath, [cli, ...words], { ...options, env: this.env(options) });
  }

  twelve(words: readonly string[], options: CommandOptions = {}): Promise<string> {
    return run(process.execPath, [cli, ...words], { ...options, env: this.env(options) });
  }

  /** @param kubeletConfiguration fields of upstream's KubeletConfiguration */
  async up(kubeletConfiguration?: object, options: readonly string[] = []): Promise<string> {
    // 80 and 443 may belong to programs of this host, or to LoadBalancer Services of other cases.
    this.ingressPorts ??= await freeIngressPorts();
    const words = ['up', ...this.target(), ...this.ingressPorts, ...options];
    if (!kubeletConfiguration) return this.twelve(words);
    const file = path.join(this.directory, 'kubelet.json');
    fs.writeFileSync(file, JSON.stringify(kubeletConfiguration));
    return this.twelve([...words, '--kubelet-config', file]);
  }

  target(): readonly string[] {
    return ['--name', this.name, '--data-dir', this.dataDirectory];
  }

  pid(): number {
    return Number(/\d+/.exec(fs.readFileSync(path.join(this.dataDirectory, 'runtime.pid'), 'utf8'))?.[0]);
  }

  log(): string {
    return fs.readFileSync(path.join(this.dataDirectory, 'runtime.log'), 'utf8');
  }

  async end(): Promise<void> {
    await this.try(['down', '--purge', ...this.target()]);
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  private env({ env }: CommandOptions): Readonly<Record<string, string | undefined>> {
    return { KUBECONFIG: path.join(this.directory, 'user-kubeconfig'), NO_COLOR: '1', ...env };
  }
}
