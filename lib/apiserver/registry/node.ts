import type { AnyObject } from '../any-object';
import type { Strategy } from './strategy';

interface Taint {
  readonly key: string;
  readonly effect: string;
}

const NOT_READY: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

/** A new node takes no pods before somebody has seen it ready. Follows the admission plugin TaintNodesByCondition. */
export const node: Strategy = {
  hasGeneration: false,
  keepsStatusOnCreate: true,
  prepareForCreate(object) {
    const created = object as AnyObject;
    const taints = (created.spec?.taints ?? []) as readonly Taint[];
    if (taints.some(({ key, effect }) => key === NOT_READY.key && effect === NOT_READY.effect)) return;
    created.spec = { ...created.spec, taints: [...taints, { ...NOT_READY }] };
  },
};
