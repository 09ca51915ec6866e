import { formatDuration } from '../output/duration';
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

  async run(invocation) {
    const { args, out } = invocation;
    const [settings, { findWorkloads }, { describeStep, parseScales, planScale, scaleOne }, { waitForRollout }] = await Promise.all([
      rolloutSettings(invocation), import('../../../lib/apply/day-two/find-workloads.js'), import('../../../lib/apply/day-two/scale.js'), import('../../../lib/apply/day-two/wait-for-rollout.js'),
    ]);
    const { client, clock, timeout } = settings;
    const { name: application, namespace } = await applicationOf(invocation, client);
    const wanted = parseScales(args);
    const [workloads, autoscalers] = await Promise.all([findWorkloads(client, application, namespace), client.list('HorizontalPodAutoscaler', { namespace })]);
    const steps = planScale(wanted, { workloads, autoscalers: autoscalers.items, application });
    const since = clock.now();
    for (const step of steps) {
      await scaleOne(client, step);
      out.line(`scale    ${describeStep(step)}`);
    }
    await waitForRollout(steps.map(({ workload }) => workload), settings);
    out.status([]);
    out.line(`done     ${timeout === 0 ? 'not waited for' : `ready   ${formatDuration(clock.now() - since)}`}`);
    out.note('the next twelve apply brings the number of the program back; to keep this one, write it there: Scale.fixed(n)');
  },
};
