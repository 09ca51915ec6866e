import { execFile } from 'node:child_process';
import { readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { sleep, type Clock } from '../../base/clock';

const run = promisify(execFile);

/**
 * Resolves when the process has left the network namespace of this one. The engine says "started" before that, and whoever configures the
 * network then configures the host's.
 */
export async function waitForOwnNamespace(pid: number, clock: Clock): Promise<void> {
  const host = await readlink('/proc/self/ns/net');
  const deadline = clock.now() + 10_000;
  for (let pause = 0.5; ; pause = Math.min(pause * 2, 20)) {
    const own = await readlink(`/proc/${pid}/ns/net`).catch((error: unknown) => {
      throw new Error(`the sandbox's process ${pid} ended before it had a network`, { cause: error });
    });
    if (own !== host) return;
    if (clock.now() > deadline) throw new Error(`the sandbox's process ${pid} still is in the host's network after 10 s; does the engine allow CAP_SYS_ADMIN?`);
    await sleep(clock, pause);
  }
}

/** The engine refuses `net.*` for a container that it believes to be on the host's network. */
export async function setNetworkSysctls(pid: number, sysctls: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(sysctls)) {
    await run('nsenter', ['-t', String(pid), '-n', 'sh', '-c', 'printf %s "$1" > "/proc/sys/$2"', 'sh', value, name.replaceAll('.', '/')]);
  }
}
