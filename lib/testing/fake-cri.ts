import { randomBytes } from 'node:crypto';
import { type Duplex, PassThrough } from 'node:stream';
import { AsyncQueue } from '../base/async-queue';
import { systemClock, type Clock } from '../base/clock';
import type * as cri from '../cri/cri';
import { CriError } from '../cri/cri-error';

export interface FakeCriOptions {
  readonly clock?: Clock;
  /** Images that are there; others can be pulled when `registry` has them. @default every image is there */
  readonly images?: readonly string[];
  /** Images that a pull finds. @default none */
  readonly registry?: readonly string[];
  /** Answers exec and execSync. @default exit code 0, no output */
  readonly onExec?: (container: cri.ContainerState, command: readonly string[]) => Partial<cri.ExecResult>;
  /** Called when a container starts: a number ends it at once with that exit code. */
  readonly onStart?: (container: cri.ContainerState) => number | void;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Sandbox = Writable<cri.PodSandbox>;

interface Container extends Writable<cri.ContainerState> {
  readonly log: cri.LogChunk[];
  readonly followers: Set<AsyncQueue<cri.LogChunk>>;
}

/** A container runtime in memory: what runs is a record. Fast enough for ten thousand pods. */
export class FakeCri implements cri.ContainerRuntime {
  private readonly sandboxes = new Map<string, Sandbox>();
  private readonly containers = new Map<string, Container>();
  private readonly byPod = new Map<string, { readonly sandboxes: Set<string>; readonly containers: Set<string> }>();
  private readonly images: Set<string> | undefined;
  private readonly subscribers = new Set<AsyncQueue<cri.ContainerEvent>>();
  private readonly clock: Clock;
  private addresses = 0;
  private down: string | undefined;

  constructor(private readonly options: FakeCriOptions = {}) {
    this.clock = options.clock ?? systemClock;
    this.images = options.images && new Set(options.images);
  }

  /** The process ends by itself. */
  exitContainer(id: string, exitCode: number, more: { readonly oomKilled?: boolean } = {}): void {
    const container = this.require(id);
    if (container.state !== 'running') return;
    Object.assign(container, { state: 'exited', exitCode, finishedAt: this.clock.now(), oomKilled: more.oomKilled ?? false, pid: undefined });
    for (const follower of container.followers) follower.end();
    this.emit('stopped', container.pod.uid, id);
  }

  /** The process writes. */
  write(id: string, text: string, stream: cri.LogChunk['stream'] = 'stdout'): void {
    const container = this.require(id);
    for (const line of text.split(/(?<=\n)/)) {
      const chunk = { stream, data: Buffer.from(line) };
      container.log.push(chunk);
      for (const follower of container.followers) follower.push(chunk);
    }
  }

  /** The sandbox's process is gone. */
  killSandbox(id: string): void {
    const sandbox = this.sandboxes.get(id);
    if (!sandbox?.ready) return;
    sandbox.ready = false;
    this.emit('stopped', sandbox.pod.uid, id);
  }

  /** The engine stops answering (with a reason) or answers again. Containers live on. */
  setDown(reason: string | undefined): void {
    this.down = reason;
    if (reason !== undefined) for (const queue of [...this.subscribers]) queue.fail(new CriError('Unavailable', reason));
  }

  async version(): Promise<cri.RuntimeVersion> {
    this.check();
    return { name: 'fake', version: '1.0.0', apiVersion: '1.0' };
  }

  async status(): Promise<cri.RuntimeStatus> {
    return { ready: this.down === undefined, message: this.down ?? 'ready', notices: [] };
  }

  events(signal: AbortSignal): AsyncIterable<cri.ContainerEvent> {
    const queue: AsyncQueue<cri.ContainerEvent> = new AsyncQueue(() => this.subscribers.delete(queue));
    this.subscribers.add(queue);
    signal.addEventListener('abort', () => queue.end(), { once: true });
    if (this.down !== undefined) queue.fail(new CriError('Unavailable', this.down));
    return queue;
  }

  async runPodSandbox({ pod, attempt, hostNetwork }: cri.PodSandboxConfig, onCreated?: (sandbox: { readonly id: string; readonly ip: string }) => void): Promise<cri.PodSandbox> {
    this.check();
    const n = ++this.addresses;
    const sandbox: Sandbox = { id: newId(), pod, attempt, ready: true, createdAt: this.clock.now(), hostNetwork, ip: hostNetwork ? '' : `10.${128 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}` };
    this.sandboxes.set(sandbox.id, sandbox);
    this.ofPod(pod.uid).sandboxes.add(sandbox.id);
    onCreated?.({ id: sandbox.id, ip: sandbox.ip });
    this.emit('started', pod.uid, sandbox.id);
    return { ...sandbox };
  }

  async stopPodSandbox(id: string): Promise<void> {
    this.check();
    for (const container of this.containersOf(id)) this.exitContainer(container.id, 137);
    this.killSandbox(id);
  }

  async removePodSandbox(id: string): Promise<void> {
    await this.stopPodSandbox(id);
    for (const container of this.containersOf(id)) await this.removeContainer(container.id);
    const sandbox = this.sandboxes.get(id);
    if (!sandbox) return;
    this.sandboxes.delete(id);
    this.release(sandbox.pod.uid, 'sandboxes', id);
    this.emit('removed', sandbox.pod.uid, id);
  }

  async listPodSandboxes(filter: cri.RuntimeFilter = {}): Promise<readonly cri.PodSandbox[]> {
    this.check();
    return this.select(this.sandboxes, 'sandboxes', filter).map((sandbox) => ({ ...sandbox })).sort((a, b) => b.attempt - a.attempt || b.createdAt - a.createdAt);
  }

  async createContainer(sandbox: string, config: cri.ContainerConfig, { pod }: cri.PodSandboxConfig): Promise<string> {
    this.check();
    if (!(await this.imageStatus(config.image))) throw new CriError('ImageNotFound', `the image "${config.image}" is not on this node`);
    const container: Container = {
      id: newId(), sandboxId: sandbox, pod, name: config.name, attempt: config.attempt, state: 'created', createdAt: this.clock.now(), labels: config.labels,
      image: config.image, imageId: `sha256:${config.image}`, oomKilled: false, error: '', logPath: '', tty: config.tty, log: [], followers: new Set(),
    };
    this.containers.set(container.id, container);
    this.ofPod(pod.uid).containers.add(container.id);
    this.emit('created', pod.uid, container.id);
    return container.id;
  }

  async startContainer(id: string): Promise<void> {
    this.check();
    const container = this.require(id);
    if (container.state === 'running') return;
    Object.assign(container, { state: 'running', startedAt: this.clock.now(), pid: 1 });
    this.emit('started', container.pod.uid, id);
    const exitCode = this.options.onStart?.(container);
    if (typeof exitCode === 'number') this.exitContainer(id, exitCode);
  }

  async stopContainer(id: string): Promise<void> {
    this.check();
    if (this.containers.has(id)) this.exitContainer(id, 143);
  }

  async removeContainer(id: string): Promise<void> {
    this.check();
    const container = this.containers.get(id);
    if (!container) return;
    this.exitContainer(id, 137);
    this.containers.delete(id);
    this.release(container.pod.uid, 'containers', id);
    this.emit('removed', container.pod.uid, id);
  }

  async listContainers(filter: cri.RuntimeFilter = {}): Promise<readonly cri.ContainerSummary[]> {
    this.check();
    return this.select(this.containers, 'containers', filter).map(toState).reverse();
  }

  async containerStatus(id: string): Promise<cri.ContainerState> {
    this.check();
    return toState(this.require(id));
  }

  async execSync(id: string, command: readonly string[]): Promise<cri.ExecResult> {
    this.check();
    return { exitCode: 0, stdout: '', stderr: '', ...this.options.onExec?.(toState(this.running(id)), command) };
  }

  async exec(id: string, command: readonly string[]): Promise<cri.StreamSession> {
    const { exitCode, stdout, stderr } = await this.execSync(id, command);
    return session(PassThrough.from([stdout]), PassThrough.from([stderr]), exitCode);
  }

  async attach(id: string): Promise<cri.StreamSession> {
    this.running(id);
    return session(PassThrough.from(stdoutOf(this.containerLogs(id, { follow: true }))), PassThrough.from([]), 0);
  }

  /** Echoes. */
  async portForward(sandbox: string): Promise<Duplex> {
    if (!this.sandboxes.get(sandbox)?.ready) throw new CriError('ContainerNotFound', `sandbox ${sandbox} does not run`);
    return new PassThrough();
  }

  async pullImage(image: string): Promise<string> {
    this.check();
    if (this.images && !this.options.registry?.includes(image)) throw new CriError('Failed', `pull access denied for ${image}, repository does not exist`);
    this.images?.add(image);
    return `sha256:${image}`;
  }

  async imageStatus(image: string): Promise<cri.RuntimeImage | undefined> {
    this.check();
    return !this.images || this.images.has(image) ? { id: `sha256:${image}`, tags: [image], digests: [], size: 1, user: '' } : undefined;
  }

  async listImages(): Promise<readonly cri.RuntimeImage[]> {
    this.check();
    return [...(this.images ?? [])].map((image) => ({ id: `sha256:${image}`, tags: [image], digests: [], size: 1, user: '' }));
  }

  async removeImage(image: string): Promise<void> {
    this.check();
    this.images?.delete(image);
  }

  async imageDirectory(): Promise<undefined> {
    this.check();
  }

  async* containerLogs(id: string, { follow, tail, signal }: cri.LogOptions): AsyncIterable<cri.LogChunk> {
    const container = this.require(id);
    const past = tail === undefined ? container.log : tail === 0 ? [] : container.log.slice(-tail);
    yield* [...past];
    if (!follow || container.state !== 'running') return;
    const queue: AsyncQueue<cri.LogChunk> = new AsyncQueue(() => container.followers.delete(queue));
    container.followers.add(queue);
    signal?.addEventListener('abort', () => queue.end(), { once: true });
    yield* queue;
  }

  async containerStats(id: string): Promise<cri.ContainerStats | undefined> {
    if (this.require(id).state !== 'running') return undefined;
    return { cpuNanoseconds: 1_000_000, memoryUsageBytes: 1_048_576, memoryWorkingSetBytes: 1_048_576, memoryRssBytes: 524_288 };
  }

  private check(): void {
    if (this.down !== undefined) throw new CriError('Unavailable', this.down);
  }

  private require(id: string): Container {
    const container = this.containers.get(id);
    if (!container) throw new CriError('ContainerNotFound', `No such container: ${id}`);
    return container;
  }

  private running(id: string): Container {
    const container = this.require(id);
    if (container.state !== 'running') throw new CriError('Failed', `Container ${id} is not running`);
    return container;
  }

  private containersOf(sandbox: string): Container[] {
    const uid = this.sandboxes.get(sandbox)?.pod.uid;
    return uid === undefined ? [] : this.select(this.containers, 'containers', { podUid: uid }).filter(({ sandboxId }) => sandboxId === sandbox);
  }

  private ofPod(uid: string) {
    const known = this.byPod.get(uid) ?? { sandboxes: new Set<string>(), containers: new Set<string>() };
    this.byPod.set(uid, known);
    return known;
  }

  private release(uid: string, kind: 'sandboxes' | 'containers', id: string): void {
    const known = this.ofPod(uid);
    known[kind].delete(id);
    if (known.sandboxes.size + known.containers.size === 0) this.byPod.delete(uid);
  }

  private select<T extends { readonly id: string }>(all: ReadonlyMap<string, T>, kind: 'sandboxes' | 'containers', { podUid, id }: cri.RuntimeFilter): T[] {
    const ids = podUid === undefined ? [...all.keys()] : [...this.byPod.get(podUid)?.[kind] ?? []];
    return ids.map((key) => all.get(key)).filter((value) => value !== undefined && (id === undefined || value.id === id)) as T[];
  }

  private emit(type: cri.ContainerEvent['type'], podUid: string, containerId: string): void {
    for (const queue of this.subscribers) queue.push({ type, podUid, containerId });
  }
}

let ids = 0;
const prefix = randomBytes(26).toString('hex');
/** As a real engine's: 64 digits, never the same one. */
const newId = () => `${prefix}${(ids += 1).toString(16).padStart(12, '0')}`;

function toState({ log: _log, followers: _followers, ...state }: Container): cri.ContainerState {
  return state;
}

async function* stdoutOf(chunks: AsyncIterable<cri.LogChunk>): AsyncGenerator<Buffer> {
  for await (const { data } of chunks) yield data;
}

function session(stdout: Duplex, stderr: Duplex, exitCode: number): cri.StreamSession {
  const stdin = new PassThrough();
  stdin.resume();
  const close = () => [stdin, stdout, stderr].forEach((stream) => stream.destroy());
  return { stdin, stdout, stderr, resize: () => Promise.resolve(), exitCode: () => Promise.resolve(exitCode), close };
}
