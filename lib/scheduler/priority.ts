import type { DeepReadonly } from '../base/deep-readonly';
import type { Pod } from '../api/types';

export const priorityOf = ({ spec }: DeepReadonly<Pod>) => spec.priority ?? 0;

/** When the kubelet began with it; one that has not begun is the youngest. */
export const startTimeOf = ({ status }: DeepReadonly<Pod>) => (status?.startTime ? Date.parse(status.startTime) : Infinity);

/** Most important first: by priority, then the one that has run for longer. */
export const byImportance = (a: DeepReadonly<Pod>, b: DeepReadonly<Pod>) => priorityOf(b) - priorityOf(a) || compare(startTimeOf(a), startTimeOf(b));

/** Of two Infinities too. */
const compare = (a: number, b: number) => (a < b ? -1 : a > b ? 1 : 0);
