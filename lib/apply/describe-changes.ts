import type { KubeObject } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';
import type { Situation } from './apply';
import { type Difference, differencesOf, differencesOfPrograms } from './diff';
import type { Action, PlannedObject } from './plan';
import { currentRelease } from './releases/release-store';

type Object = DeepReadonly<KubeObject>;

/** What an apply would do to one object, value by value. */
export interface Change {
  readonly action: Action | 'prune';
  /** Path of the construct that makes the object: `shop/web`. undefined for YAML, and for what has left the program. */
  readonly construct?: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** It comes in the place of this one, whose name differs in a hash alone: `differences` are those from it. */
  readonly instead?: string;
  readonly differences: readonly Difference[];
}

/** Everything that an apply would change; what belongs to a construct stands together, in the order of the program, and what is pruned at the end. Pure. */
export function describeChanges({ plan, prune, past }: Pick<Situation, 'plan' | 'prune' | 'past'>): readonly Change[] {
  const before = (currentRelease(past)?.objects ?? []).filter((old) => !plan.some(({ object }) => isSameName(object, old)));
  const changes = plan.filter(({ action }) => action !== 'unchanged').map((planned) => describeChange(planned, before));
  const constructs = [...new Set(changes.map(({ construct }) => construct))];
  return [
    ...constructs.flatMap((construct) => changes.filter((change) => change.construct === construct)),
    ...prune.remove.map((object) => ({ action: 'prune' as const, ...identity(object), differences: [] })),
  ];
}

function describeChange(planned: PlannedObject, before: readonly Object[]): Change {
  const { action, object, origin } = planned;
  const construct = origin?.kind === 'construct' ? origin.path.split('/').slice(0, -1).join('/') || origin.path : undefined;
  const old = planned.live ? undefined : before.find((candidate) => isOtherVersion(candidate, object));
  return {
    action, ...(construct && { construct }), ...identity(object), ...(old?.metadata.name && { instead: old.metadata.name }),
    differences: old ? differencesOfPrograms(old, object) : differencesOf(planned),
  };
}

const identity = ({ kind, metadata: { namespace, name = '' } }: Object) => ({ kind, ...(namespace && { namespace }), name });
const isSameName = (a: Object, b: Object) => a.kind === b.kind && a.metadata.name === b.metadata.name && a.metadata.namespace === b.metadata.namespace;

/** `shop-config` of `shop-config-9a31c2f0`. */
const HASH = /-[0-9a-z]{8,10}$/;

function isOtherVersion(a: Object, b: Object): boolean {
  const [old, now] = [a.metadata.name ?? '', b.metadata.name ?? ''];
  return a.kind === b.kind && a.metadata.namespace === b.metadata.namespace && HASH.test(old) && HASH.test(now) && old.replace(HASH, '') === now.replace(HASH, '');
}
