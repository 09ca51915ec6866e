import { createInterface } from 'node:readline/promises';
import type { Invocation } from './commands/command';
import { ExitError } from './output/output';

/** Whether somebody is there who can be asked: not in a pipe, not in CI. */
export const canAsk = ({ environment }: Pick<Invocation, 'environment'>): boolean => Boolean(process.stdin.isTTY && process.stderr.isTTY) && !environment['CI'];

/** Asks before something is destroyed. Without a person at a terminal, and with `--yes`, it goes on. Rejects when the answer is not yes. */
export async function confirm({ options, environment, out, signal }: Pick<Invocation, 'options' | 'environment' | 'out' | 'signal'>, question: string): Promise<void> {
  if (options['yes'] === true || !canAsk({ environment })) return;
  out.status([]);
  const asked = createInterface({ input: process.stdin, output: process.stderr });
  try {
    asked.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    const answer = await asked.question(`${question} [y/N] `, { signal });
    if (!/^y(es)?$/i.test(answer.trim())) throw new ExitError('nothing was changed; to go on without being asked: --yes', 1);
  } finally {
    asked.close();
  }
}
