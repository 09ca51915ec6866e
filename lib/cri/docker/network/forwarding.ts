import { runCommand, tryRunCommand } from '../../../base/run-command';

/**
 * Docker sets the policy of FORWARD to DROP, which an accept in a table of ours does not undo: our bridge must be accepted in Docker's own chain for users.
 * Where there is no such chain, in FORWARD itself. Idempotent.
 */
export async function ensureForwarding(bridge: string): Promise<void> {
  const chain = await forwardChain();
  if (!chain) return;
  for (const rule of rules(bridge)) {
    if (await tryRunCommand('iptables', ['-w', '-C', chain, ...rule]) === undefined) await runCommand('iptables', ['-w', '-I', chain, ...rule]);
  }
}

export async function removeForwarding(bridge: string): Promise<void> {
  for (const chain of ['DOCKER-USER', 'FORWARD']) {
    for (const rule of rules(bridge)) {
      while (await tryRunCommand('iptables', ['-w', '-D', chain, ...rule]) !== undefined);
    }
  }
}

const rules = (bridge: string) => [['-i', bridge, '-j', 'ACCEPT'], ['-o', bridge, '-j', 'ACCEPT']];

/** undefined: no iptables on this host, so nothing of it drops either. */
async function forwardChain(): Promise<string | undefined> {
  const list = await tryRunCommand('iptables', ['-w', '-S']);
  if (list === undefined) return undefined;
  return list.split('\n').includes('-N DOCKER-USER') ? 'DOCKER-USER' : 'FORWARD';
}
