import { applicationOf } from './application-options';
import type { Command } from './command';
import { rolloutOptions, rolloutSettings } from './process-options';

/** `twelve restart`: new copies of what runs, one after the other (factor IX). */
export const restart: Command = {
  name: 'restart',
  summary: 'Replace the copies of processes by new ones, without an interruption',
  arguments: [{ name: 'process', summary: 'which (default: all but backing services)', variadic: true }],
  options: rolloutOptions,
  examples: ['twelve restart', 'twelve restart web mailer --app shop'],

  events: true,

  async run(invocation) {
    const { args, emit, options } = invocation;
    const [settings, { findWorkloads }, { planRestart, restartOne }, { processName }, { waitForRollout }, { toTime }] = await Promise.all([
      rolloutSettings(invocation), import('../../../lib/apply/day-two/find-workloads.js'), import('../../../lib/apply/day-two/restart.js'),
      import('../../../lib/apply/application.js'), import('../../../lib/apply/day-two/wait-for-rollout.js'), import('../../../lib/base/clock.js'),
    ]);
    const { client, clock, timeout } = settings;
    const { name: application, namespace } = await applicationOf(invocation, client);
    const steps = planRestart(args, await findWorkloads(client, application, namespace), application);
    const dryRun = options['dryRun'] === true;
    for (const step of steps) {
      if (!dryRun) await restartOne(client, step, toTime(clock.now()));
      emit({ stage: 'restart', process: processName(step.workload) });
    }
    if (dryRun) return;
    await waitForRollout(steps.map(({ workload }) => workload), settings);
    emit({ stage: 'done', ready: timeout > 0 });
  },
};
