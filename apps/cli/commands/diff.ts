import type { Difference } from '../../../lib/apply/diff';
import { wantedApply } from './apply-settings';
import { type Command, textOption } from './command';
import { manifestArgument } from './manifest-options';
import { environmentOption } from './program-options';
import { targetOptions } from './target-options';

/** Of a value on the screen. */
const LONGEST = 100;

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
    const [settings, { planApply }, { differencesOf }] = await Promise.all([wantedApply(invocation, { lookOnly: true }), import('../../../lib/apply/apply.js'), import('../../../lib/apply/diff.js')]);
    const { plan, prune } = await planApply({ ...settings, onEvent: () => undefined });
    const changes = [
      ...plan.filter(({ action }) => action !== 'unchanged').map((planned) => ({ action: planned.action, object: planned.object, differences: differencesOf(planned) })),
      ...prune.remove.map((object) => ({ action: 'prune' as const, object, differences: [] })),
    ].map(({ action, object: { kind, metadata: { namespace, name } }, differences }) => ({ action, kind, namespace, name, differences }));

    if (textOption(options, 'output') === 'json') out.json(changes);
    else for (const { action, kind, name, differences } of changes) out.lines([`${SIGNS[action]} ${kind} ${name}`, ...differences.map(toLine)]);
    return changes.length > 0 ? 2 : 0;
  },
};

const SIGNS = { create: '+', change: '~', replace: '±', run: '>', prune: '-', unchanged: ' ' } as const;

function toLine({ path, before, after }: Difference): string {
  if (before === undefined) return `    + ${path}: ${shown(after)}`;
  return after === undefined ? `    - ${path}: ${shown(before)}` : `    ~ ${path}: ${shown(before)} → ${shown(after)}`;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' && /^[^\s"]+$/.test(value) ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
