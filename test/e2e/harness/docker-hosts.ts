import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { eventually } from './eventually';
import { run, tryRun } from './command';

/** Several machines in one: a Docker daemon in each of some network namespaces, joined by a bridge of the test's own. Needs root. */
export class DockerHosts {
  readonly hosts: readonly DockerHost[];
  /** Of the machine itself on the bridge. */
  readonly address: string;
  private readonly bridge: string;
  private readonly directory = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-hosts-'));

  constructor(count: number) {
    const id = process.pid % 1000;
    const network = freeNetwork();
    this.bridge = `twh${id}b`;
    this.address = `${network}.254`;
    this.hosts = Array.from({ length: count }, (_, index) => new DockerHost({
      name: `twh${id}-${index + 1}`, address: `${network}.${index + 1}`, gateway: this.address, bridge: this.bridge, directory: path.join(this.directory, String(index + 1)), ownRange: `${network}.${128 + index * 16 + 1}/28`,
    }));
  }

  /** Every daemon answers and has the images. */
  async start(images: readonly string[]): Promise<void> {
    ip('link', 'add', this.bridge, 'type', 'bridge');
    ip('addr', 'add', `${this.address}/24`, 'dev', this.bridge);
    ip('link', 'set', this.bridge, 'up');
    for (const chain of forwardChains()) execFileSync('iptables', ['-w', '-I', chain, '-i', this.bridge, '-o', this.bridge, '-j', 'ACCEPT']);
    await Promise.all(this.hosts.map((host) => host.start()));
    const archive = path.join(this.directory, 'images.tar');
    await run('docker', ['save', '-o', archive, ...images]);
    for (const host of this.hosts) await run('docker', ['-H', host.dockerHost, 'load', '-i', archive]);
    fs.rmSync(archive);
  }

  /** Nothing is left, also after half a start. May be called twice. */
  async end(): Promise<void> {
    await Promise.all(this.hosts.map((host) => host.end()));
    for (const chain of forwardChains()) await tryRun('iptables', ['-w', '-D', chain, '-i', this.bridge, '-o', this.bridge, '-j', 'ACCEPT']);
    await tryRun('ip', ['link', 'del', this.bridge]);
    fs.rmSync(this.directory, { recursive: true, force: true });
  }
}

interface HostPlan {
  readonly name: string;
  readonly address: string;
  readonly gateway: string;
  readonly bridge: string;
  readonly directory: string;
  /** Of docker0 there. */
  readonly ownRange: string;
}

export class DockerHost {
  private daemon: ChildProcess | undefined;

  constructor(private readonly plan: HostPlan) {}

  get name(): string {
    return this.plan.name;
  }

  get address(): string {
    return this.plan.address;
  }

  get dockerHost(): string {
    return `tcp://${this.plan.address}:2375`;
  }

  get socketPath(): string {
    return path.join(this.plan.directory, 'sock');
  }

  async start(): Promise<void> {
    const { name, address, gateway, bridge } = this.plan;
    ip('netns', 'add', name);
    ip('link', 'add', `${name}v`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
    ip('link', 'set', `${name}v`, 'master', bridge, 'up');
    ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
    for (const link of ['eth0', 'lo']) ip('-n', name, 'link', 'set', link, 'up');
    ip('-n', name, 'route', 'add', 'default', 'via', gateway);
    await this.startDaemon();
  }

  /** As after a machine's start: the containers that are to run always are started again by the daemon. */
  async startDaemon(): Promise<void> {
    const { name, address, directory, ownRange } = this.plan;
    const at = (file: string) => path.join(directory, file);
    fs.mkdirSync(directory, { recursive: true });
    fs.rmSync(at('pid'), { force: true });
    const log = fs.openSync(at('log'), 'a');
    // Not `ip netns exec`: its fresh /sys hides the cgroups.
    this.daemon = spawn('nsenter', [`--net=/run/netns/${name}`, 'dockerd', '--data-root', at('data'), '--exec-root', at('exec'), '-p', at('pid'),
      '-H', `unix://${at('sock')}`, '-H', `tcp://${address}:2375`, '--tls=false', '--bip', ownRange], { stdio: ['ignore', log, log], detached: true });
    fs.closeSync(log);
    await eventually(`the daemon of ${name} answers`, async () => (await tryRun('docker', ['-H', this.dockerHost, 'version'])).code === 0);
  }

  /** The machine loses its power: the daemon and every process of its containers are gone at once. */
  async kill(): Promise<void> {
    for (const pid of this.processes()) kill(pid);
    await eventually(`the processes of ${this.name} are gone`, () => this.processes().length === 0);
    this.daemon = undefined;
  }

  async end(): Promise<void> {
    await this.kill();
    for (const mount of mountsBelow(this.plan.directory)) await tryRun('umount', ['-l', mount]);
    await tryRun('ip', ['netns', 'del', this.name]);
    await tryRun('ip', ['link', 'del', `${this.name}v`]);
    fs.rmSync(this.plan.directory, { recursive: true, force: true });
  }

  /** Those of the daemon's namespace, the pods' (in namespaces of their own) found by their shims, and the shims. */
  private processes(): readonly number[] {
    const all = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
    const parents = new Map(all.map((pid) => [pid, parentOf(pid)]));
    const own = new Set(all.filter((pid) => commandOf(pid).includes(this.plan.directory) || pid === this.daemon?.pid));
    own.delete(process.pid);
    for (let size = -1; size !== own.size;) {
      size = own.size;
      for (const [pid, parent] of parents) if (own.has(parent ?? -1)) own.add(pid);
    }
    return [...own];
  }
}

function commandOf(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function parentOf(pid: number): number | undefined {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
}

function mountsBelow(directory: string): readonly string[] {
  return fs.readFileSync('/proc/self/mountinfo', 'utf8').split('\n').map((line) => line.split(' ')[4] ?? '').filter((point) => point.startsWith(`${directory}/`)).reverse();
}

const ip = (...words: readonly string[]) => execFileSync('ip', [...words], { stdio: ['ignore', 'pipe', 'pipe'] });

function forwardChains(): readonly string[] {
  return execFileSync('iptables', ['-w', '-S'], { encoding: 'utf8' }).includes('-N DOCKER-USER') ? ['DOCKER-USER'] : ['FORWARD'];
}

/** The first three numbers of a /24 that this machine has no route to; each process begins elsewhere, so that two do not choose the same at once. */
function freeNetwork(): string {
  const taken = execFileSync('ip', ['-4', 'route'], { encoding: 'utf8' });
  const found = Array.from({ length: 60 }, (_, index) => `10.250.${100 + (process.pid + index) % 60}`).find((network) => !taken.includes(`${network}.`));
  if (!found) throw new Error('no free address range for the test\'s hosts');
  return found;
}
