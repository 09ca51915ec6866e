import { changeLines } from '../output/print-changes';
import { wantedApply } from './apply-settings';
import { type Command, textOption } from './command';
import { manifestArgument } from './manifest-options';
import { environmentOption } from './program-options';
import { targetOptions } from './target-options';

/** `twelve diff`: what an apply would change, value by value. */
export const diff: Command = {
  name: 'diff',
  summary: 'Show what apply would change; exit code 2 when there is something',
  arguments: [manifestArgument],
  options: [
    ...targetOptions, environmentOption,
    { flag: '--force-conflicts', summary: 'as if apply took over fields that somebody else has set' }, { flag: '--leave-conflicts', summary: 'as if apply left them to their owners' },
    { flag: '--adopt', summary: 'as if apply took over objects of another application, or that kubectl or Helm have made' },
    { flag: '--output <format>', summary: 'text or json', choices: ['text', 'json'], default: 'text' },
  ],
  examples: ['twelve diff', 'twelve diff apps/shop.ts --env prod --context production'],

  async run(invocation) {
    const { options, out } = invocation;
    const [settings, { planApply }, { describeChanges }] = await Promise.all([wantedApply(invocation, { lookOnly: true }), import('../../../lib/apply/apply.js'), import('../../../lib/apply/describe-changes.js')]);
    const changes = describeChanges(await planApply({ ...settings, onEvent: () => undefined }));
    if (textOption(options, 'output') === 'json') out.json(changes);
    else out.lines(changeLines(changes));
    return changes.length > 0 ? 2 : 0;
  },
};
