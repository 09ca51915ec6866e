import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { DataDirectory } from '../../lib/cluster/data-directory';
import { isAlive, tryLockHolder } from '../../lib/cluster/lock';
import type { RuntimeMessage } from '../runtime/main';
import { ExitError } from './output/output';

export interface StartOptions {
  readonly name: string;
  readonly directory: DataDirectory;
  readonly port?: number;
  readonly podCidr?: string;
  readonly serviceCidr?: string;
  readonly ingressPorts?: { readonly http?: number; readonly https?: number };
  readonly nodeAddress?: string;
  readonly nodeMonitorGraceSeconds?: number;
  readonly socketPath?: string;
  /** The node part is not in this process. */
  readonly withoutNode?: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface StartedRuntime {
  /** Resolves when the node looks after its pods; rejects with the last reason why it does not, after so many milliseconds. */
  nodeStarted(limit: number): Promise<void>;
  /** The process goes on alone. */
  release(): void;
}

/** Starts the background process; resolves when its API answers, rejects with what it said when it ends before. */
export async function startRuntime({ name, directory, port, podCidr, serviceCidr, nodeAddress, nodeMonitorGraceSeconds, ingressPorts, socketPath, withoutNode, environment }: StartOptions): Promise<StartedRuntime> {
  directory.ensure();
  const errors = path.join(directory.path, 'runtime.err');
  const stderr = fs.openSync(errors, 'w', 0o600);
  const words = [
    path.join(__dirname, '../runtime/main.js'), '--name', name, '--data-dir', directory.path,
    ...option('--port', port), ...option('--pod-cidr', podCidr), ...option('--service-cidr', serviceCidr), ...option('--node-address', nodeAddress), ...option('--node-monitor-grace-seconds', nodeMonitorGraceSeconds),
    ...option('--ingress-http-port', ingressPorts?.http), ...option('--ingress-https-port', ingressPorts?.https), ...option('--docker-socket', socketPath), ...(withoutNode ? ['--without-node'] : []),
  ];
  // Its own session: a Ctrl-C in this terminal is not meant for it.
  const child = spawn(process.execPath, words, { detached: true, cwd: '/', env: { ...environment }, stdio: ['ignore', 'ignore', stderr, 'ipc'] });
  fs.closeSync(stderr);
  const conversation = new Conversation(child, () => fs.readFileSync(errors, 'utf8').trim());
  const first = await conversation.next(['ready', 'failed']);
  if (first.type === 'failed') throw new ExitError(`the runtime "${name}" did not start: ${first.message}`, 1);
  return {
    async nodeStarted(limit) {
      const answer = await conversation.next(['node', 'failed'], limit);
      if (answer.type !== 'node') throw new ExitError(`the API answers, but the node does not start: ${'message' in answer ? answer.message : 'no answer'}\n  more in ${directory.log}; check this host with: twelve doctor`, 1);
    },
    release: () => conversation.end(),
  };
}

/** What the child says, kept until somebody asks. */
class Conversation {
  private readonly said: RuntimeMessage[] = [];
  private lastFailure = 'it has not said why';
  private wake: () => void = () => undefined;

  constructor(private readonly child: ChildProcess, readErrors: () => string) {
    const hear = (message: RuntimeMessage) => {
      if (message.type === 'node-failed') this.lastFailure = message.message;
      this.said.push(message);
      this.wake();
    };
    child.on('message', (message) => hear(message as RuntimeMessage));
    child.on('error', (error) => hear({ type: 'failed', message: error.message }));
    child.on('exit', (code, signal) => hear({ type: 'failed', message: `it ended with ${code ?? signal}: ${readErrors()}` }));
  }

  /** The first message of these types; after `limit` milliseconds the last failure of the node. */
  async next(types: readonly RuntimeMessage['type'][], limit = 120_000): Promise<RuntimeMessage> {
    const deadline = Date.now() + limit;
    for (;;) {
      const found = this.said.find(({ type }) => types.includes(type));
      if (found) return found;
      const left = deadline - Date.now();
      if (left <= 0) return { type: 'node-failed', message: this.lastFailure };
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  end(): void {
    this.child.removeAllListeners();
    if (this.child.connected) this.child.disconnect();
    this.child.unref();
  }
}

const option = (flag: string, value: string | number | undefined) => (value === undefined ? [] : [flag, String(value)]);

const TERM_LIMIT = 10_000;

/** Grace periods are the pods' own affair, but nobody waits longer than this for all of them. */
const END_PODS_LIMIT = 600_000;

/** Ends the background process of the data directory; false when there was none. With `endPods` the pods of this host end first, as when the machine ends. */
export async function stopRuntime(directory: DataDirectory, { endPods = false }: { readonly endPods?: boolean } = {}): Promise<boolean> {
  const holder = tryLockHolder(directory.lock);
  if (!holder) {
    fs.rmSync(directory.lock, { force: true });
    return false;
  }
  process.kill(holder.pid, endPods ? 'SIGPWR' : 'SIGTERM');
  for (let waited = 0; isAlive(holder); waited += 25) {
    if (waited > (endPods ? END_PODS_LIMIT : TERM_LIMIT)) process.kill(holder.pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  fs.rmSync(directory.lock, { force: true });
  return true;
}
