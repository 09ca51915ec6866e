import { durationOf, type Fields, integerOf, readField, readFields } from './fields';

/** How long pods have to end when their node does: pods of at least this priority, lowest group first. */
export interface ShutdownGroup {
  readonly priority: number;
  readonly graceSeconds: number;
}

export type ShutdownConfiguration = readonly ShutdownGroup[];

/** system-cluster-critical */
const CRITICAL = 2_000_000_000;

/** Takes the fields about the end of the node out of the document; groups come in the order in which they end. Pure. */
export function parseShutdown({ shutdownGracePeriod = '0s', shutdownGracePeriodCriticalPods = '0s', shutdownGracePeriodByPodPriority = [], ...rest }: Fields): { readonly shutdown: ShutdownConfiguration; readonly rest: Fields } {
  const all = readField('shutdownGracePeriod', shutdownGracePeriod, durationOf) / 1000;
  const critical = readField('shutdownGracePeriodCriticalPods', shutdownGracePeriodCriticalPods, durationOf) / 1000;
  const groups = readField('shutdownGracePeriodByPodPriority', shutdownGracePeriodByPodPriority, groupsOf);
  if (groups.length > 0 && all > 0) throw new Error('shutdownGracePeriodByPodPriority: cannot be used together with shutdownGracePeriod');
  if (critical > all) throw new Error('shutdownGracePeriodCriticalPods: must not be longer than shutdownGracePeriod');
  const simple = all > 0 ? [{ priority: 0, graceSeconds: all - critical }, { priority: CRITICAL, graceSeconds: critical }] : [];
  return { rest, shutdown: groups.length > 0 ? groups : simple };
}

function groupsOf(value: unknown): ShutdownConfiguration {
  if (!Array.isArray(value)) throw new Error('is not a list');
  return value.map((group: Fields) => {
    const { priority = 0, shutdownGracePeriodSeconds = 0 } = readFields(group, { priority: integerOf(-2_147_483_648, 2_147_483_647), shutdownGracePeriodSeconds: integerOf(0, 86_400) });
    return { priority, graceSeconds: shutdownGracePeriodSeconds };
  }).sort((a, b) => a.priority - b.priority);
}
