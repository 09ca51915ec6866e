import { chmod, mkdir, open, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { ContainerRuntime, ContainerState } from '../cri/cri';
import { TERMINATION_MESSAGE_POLICY } from '../cri/labels';
import { terminationMessageFile } from './pod-paths';

const MAXIMUM_BYTES = 4096;
const MAXIMUM_LOG_BYTES = 2048;
const MAXIMUM_LOG_LINES = 80;

/** An empty file that any user in the container may write. */
export async function ensureTerminationMessageFile(dataDirectory: string, uid: string, container: string, attempt: number): Promise<string> {
  const file = terminationMessageFile(dataDirectory, uid, container, attempt);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, '');
  await chmod(file, 0o666);
  return file;
}

/** What a container that has ended left for a person to read: its message file, or (by its policy, after an error) the end of its log. */
export async function readTerminationMessage(cri: ContainerRuntime, dataDirectory: string, state: ContainerState): Promise<string> {
  const message = await readStart(terminationMessageFile(dataDirectory, state.pod.uid, state.name, state.attempt));
  if (message || state.exitCode === 0 || state.labels[TERMINATION_MESSAGE_POLICY] !== 'FallbackToLogsOnError') return message;
  let log = '';
  for await (const { data } of cri.containerLogs(state.id, { tail: MAXIMUM_LOG_LINES })) log = (log + data.toString('utf8')).slice(-MAXIMUM_LOG_BYTES);
  return log;
}

async function readStart(file: string): Promise<string> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (!handle) return '';
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAXIMUM_BYTES), 0, MAXIMUM_BYTES, 0);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await handle.close();
  }
}
