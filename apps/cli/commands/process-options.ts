import type { RolloutOptions } from '../../../lib/apply/day-two/wait-for-rollout';
import { parseDuration } from '../output/duration';
import { applicationOptions } from './application-options';
import { type CommandOption, type Invocation, textOption } from './command';

/** Of the verbs that change processes and wait. */
export const rolloutOptions: readonly CommandOption[] = [...applicationOptions, { flag: '--timeout <duration>', summary: 'time to get ready; 0 does not wait', default: '5m' }];

/** How to wait, with a line of how far it is. */
export async function rolloutSettings({ options, out, target, signal }: Invocation): Promise<RolloutOptions> {
  const timeout = parseDuration('--timeout', textOption(options, 'timeout') ?? '5m');
  const [client, { commandClock }] = await Promise.all([target.client(), import('../clock.js')]);
  return {
    client, signal, clock: commandClock, timeout,
    onProgress: (progress) => out.status([`wait     ${progress.map(({ process: name, message }) => `${name} ${message}`).join('   ')}`]),
  };
}
