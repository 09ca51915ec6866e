import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../base/clock';
import type { ExecResult } from '../cri';
import { CriError } from '../cri-error';
import { demultiplex } from './demultiplex';
import type { Engine } from './engine';
import { toCriError } from './errors';
import { exitCode } from './exec';

/** More output than this of a probe or hook is of no use to anybody. */
const MAXIMUM_OUTPUT = 16 * 1024 * 1024;

export async function execSync({ docker, clock }: Engine, id: string, command: readonly string[], timeoutSeconds = 0): Promise<ExecResult> {
  try {
    const created = await docker.getContainer(id).exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true });
    const connection = (await created.start({ hijack: true, stdin: false })) as Duplex;
    const output = await withTimeout(clock, timeoutSeconds, collect(connection), async () => {
      const { Pid, Running } = await created.inspect();
      if (Running && isOf(id, Pid)) kill(Pid);
      connection.destroy();
      throw new CriError('ExecTimeout', `command "${command.join(' ')}" timed out`);
    });
    return { ...output, exitCode: await exitCode(created, clock) };
  } catch (error) {
    throw toCriError(error);
  }
}

async function collect(connection: Duplex): Promise<Omit<ExecResult, 'exitCode'>> {
  const output: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  let size = 0;
  for await (const { stream, data } of demultiplex(connection)) {
    size += data.length;
    if (size <= MAXIMUM_OUTPUT) output[stream].push(data);
  }
  return { stdout: Buffer.concat(output.stdout).toString(), stderr: Buffer.concat(output.stderr).toString() };
}

async function withTimeout<T>(clock: Clock, seconds: number, action: Promise<T>, onTimeout: () => Promise<never>): Promise<T> {
  if (seconds <= 0) return action;
  let cancel = () => {};
  const timeout = new Promise<never>((_, reject) => {
    cancel = clock.setTimer(seconds * 1000, () => void onTimeout().catch(reject));
  });
  action.catch(() => undefined);
  return Promise.race([action, timeout]).finally(() => cancel());
}

/** The engine names the number also after the process has ended, and also where it is on another host: a stranger may have it here. */
function isOf(containerId: string, pid: number): boolean {
  try {
    return pid > 0 && readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(containerId);
  } catch {
    return false;
  }
}

/** The engine cannot end an exec; on its own host its process can be. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
