import * as path from 'node:path';
import type { RolloutOptions } from '../../../lib/apply/day-two/wait-for-rollout';
import { parseDuration } from '../output/duration';
import { type CommandOption, type Invocation, textOption } from './command';
import { targetOptions } from './target-options';

/** Of the verbs for processes that run. */
export const processOptions: readonly CommandOption[] = [...targetOptions, { flag: '--app <name>', summary: 'the application (default: the name of the folder)' }];

/** Of those that change them and wait. */
export const rolloutOptions: readonly CommandOption[] = [...processOptions, { flag: '--timeout <duration>', summary: 'time to get ready; 0 does not wait', default: '5m' }];

export const applicationOf = ({ options }: Invocation) => textOption(options, 'app') ?? path.basename(process.cwd());

/** How to wait, with a line of how far it is. */
export async function rolloutSettings({ options, out, target, signal }: Invocation): Promise<RolloutOptions> {
  const timeout = parseDuration('--timeout', textOption(options, 'timeout') ?? '5m');
  const [client, { commandClock }] = await Promise.all([target.client(), import('../clock.js')]);
  return {
    client, signal, clock: commandClock, timeout,
    onProgress: (progress) => out.status([`wait     ${progress.map(({ process: name, message }) => `${name} ${message}`).join('   ')}`]),
  };
}
