import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { DataDirectory } from '../../lib/cluster/data-directory';
import { tryLockHolder } from '../../lib/cluster/lock';
import type { RuntimeMessage } from '../runtime/main';
import { ExitError } from './output/output';

export interface StartOptions {
  readonly name: string;
  readonly directory: DataDirectory;
  readonly port?: number;
  readonly podCidr?: string;
  readonly serviceCidr?: string;
  readonly socketPath?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Starts the background process; resolves when its API answers, rejects with what it said when it ends before. */
export async function startRuntime({ name, directory, port, podCidr, serviceCidr, socketPath, environment }: StartOptions): Promise<void> {
  directory.ensure();
  const errors = path.join(directory.path, 'runtime.err');
  const stderr = fs.openSync(errors, 'w', 0o600);
  const words = [
    path.join(__dirname, '../runtime/main.js'), '--name', name, '--data-dir', directory.path,
    ...option('--port', port), ...option('--pod-cidr', podCidr), ...option('--service-cidr', serviceCidr), ...option('--docker-socket', socketPath),
  ];
  // Its own session: a Ctrl-C in this terminal is not meant for it.
  const child = spawn(process.execPath, words, { detached: true, cwd: '/', env: { ...environment }, stdio: ['ignore', 'ignore', stderr, 'ipc'] });
  fs.closeSync(stderr);
  const message = await new Promise<RuntimeMessage>((resolve, reject) => {
    child.once('message', (said) => resolve(said as RuntimeMessage));
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ type: 'failed', message: `it ended with ${code ?? signal}: ${fs.readFileSync(errors, 'utf8').trim()}` }));
  });
  child.removeAllListeners();
  if (child.connected) child.disconnect();
  child.unref();
  if (message.type === 'failed') throw new ExitError(`the runtime "${name}" did not start: ${message.message}`, 1);
}

const option = (flag: string, value: string | number | undefined) => (value === undefined ? [] : [flag, String(value)]);

const TERM_LIMIT = 10_000;

/** Ends the background process of the data directory; false when there was none. */
export async function stopRuntime(directory: DataDirectory): Promise<boolean> {
  const holder = tryLockHolder(directory.lock);
  if (!holder) {
    fs.rmSync(directory.lock, { force: true });
    return false;
  }
  process.kill(holder.pid, 'SIGTERM');
  for (let waited = 0; tryLockHolder(directory.lock)?.pid === holder.pid || isAlive(holder.pid); waited += 25) {
    if (waited > TERM_LIMIT) process.kill(holder.pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  fs.rmSync(directory.lock, { force: true });
  return true;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A child that nobody has waited for answers signals too.
    return !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
