import { applicationOf } from './application-options';
import type { Command } from './command';
import { rolloutOptions, rolloutSettings } from './process-options';

/** `twelve scale`: another number of copies, until the next apply (factor VIII). */
export const scale: Command = {
  name: 'scale',
  summary: 'Change the number of copies of a process until the next apply',
  arguments: [{ name: 'process=n', summary: 'a process and its number', required: true, variadic: true }],
  options: rolloutOptions,
  examples: ['twelve scale web=3', 'twelve scale web=3 mailer=0 --app shop'],

  events: true,

  async run(invocation) {
    const { args, emit, options, out } = invocation;
    const [settings, { findWorkloads }, { parseScales, planScale, scaleOne }, { waitForRollout }, { processName }] = await Promise.all([
      rolloutSettings(invocation), import('../../../lib/apply/day-two/find-workloads.js'), import('../../../lib/apply/day-two/scale.js'), import('../../../lib/apply/day-two/wait-for-rollout.js'),
      import('../../../lib/apply/application.js'),
    ]);
    const { client, timeout } = settings;
    const { name: application, namespace } = await applicationOf(invocation, client);
    const wanted = parseScales(args);
    const [workloads, autoscalers] = await Promise.all([findWorkloads(client, application, namespace), client.list('HorizontalPodAutoscaler', { namespace })]);
    const steps = planScale(wanted, { workloads, autoscalers: autoscalers.items, application });
    if (options['dryRun'] !== true) for (const step of steps) await scaleOne(client, step);
    for (const { workload, before, replicas } of steps) emit({ stage: 'scale', process: processName(workload), before, replicas });
    if (options['dryRun'] === true) return;
    await waitForRollout(steps.map(({ workload }) => workload), settings);
    emit({ stage: 'done', ready: timeout > 0 });
    out.note('the next twelve apply brings the number of the program back; to keep this one, write it there: Scale.fixed(n)');
  },
};
