import type { DaemonSet } from '../../api/types';
import { deepEqual } from '../any-object';
import type { Strategy } from './strategy';

const GENERATION = 'deprecated.daemonset.template.generation';

/** The generation of the template is counted apart, in an annotation that clients cannot set. */
export const daemonSet: Strategy = {
  prepareForCreate({ metadata }) {
    metadata.annotations = { ...metadata.annotations, [GENERATION]: '1' };
  },

  prepareForUpdate(object, old) {
    const before = Number(old.metadata.annotations?.[GENERATION] ?? 0);
    const changed = !deepEqual((object as DaemonSet).spec.template, (old as DaemonSet).spec.template);
    object.metadata.annotations = { ...object.metadata.annotations, [GENERATION]: String(before + (changed ? 1 : 0)) };
  },
};
