import type { RolloutOptions } from '../../../lib/apply/day-two/wait-for-rollout';
import { parseDuration } from '../output/duration';
import { applicationOptions } from './application-options';
import { type CommandOption, type Invocation, textOption } from './command';
import { eventsOption } from './event-options';

/** Of the verbs that change processes and wait. */
export const rolloutOptions: readonly CommandOption[] = [...applicationOptions, { flag: '--timeout <duration>', summary: 'time to get ready; 0 does not wait', default: '5m' }, { flag: '--dry-run', summary: 'say what would be done, and do nothing' }, eventsOption];

/** How to wait, and to tell how far it is. */
export async function rolloutSettings({ options, emit, target, signal }: Invocation): Promise<RolloutOptions> {
  const timeout = parseDuration('--timeout', textOption(options, 'timeout') ?? '5m');
  const [client, { commandClock }] = await Promise.all([target.client(), import('../clock.js')]);
  return {
    client, signal, clock: commandClock, timeout,
    onProgress: (progress) => emit({ stage: 'wait', progress }),
  };
}
