import type { DeepReadonly } from '../base/deep-readonly';
import { controllerOf } from '../api/object-key';
import { matchesLabels } from '../api/selectors';
import type { LabelSelector, Pod } from '../api/types';
import type { Lister } from '../client/informers';

/** Which pods are replicas of the same thing: what its Services and its controller select. Undefined: it has none. Follows helper.DefaultSelector of Kubernetes 1.28. */
export function selectorOfOwners(pod: DeepReadonly<Pod>, lister: Lister): DeepReadonly<LabelSelector> | undefined {
  const { namespace = '', labels = {} } = pod.metadata;
  const matchLabels: Record<string, string> = {};
  for (const { spec } of lister.list('Service', namespace)) {
    const selector = spec?.selector ?? {};
    if (Object.keys(selector).length > 0 && matchesLabels(selector, labels)) Object.assign(matchLabels, selector);
  }
  const { matchLabels: more = {}, matchExpressions = [] } = controllersSelector(pod, lister) ?? {};
  Object.assign(matchLabels, more);
  return Object.keys(matchLabels).length + matchExpressions.length === 0 ? undefined : { matchLabels, matchExpressions };
}

function controllersSelector(pod: DeepReadonly<Pod>, lister: Lister): DeepReadonly<LabelSelector> | undefined {
  const owner = controllerOf(pod);
  const key = `${pod.metadata.namespace}/${owner?.name}`;
  switch (owner?.kind) {
    case 'ReplicaSet': return lister.tryGet('ReplicaSet', key)?.spec.selector;
    case 'StatefulSet': return lister.tryGet('StatefulSet', key)?.spec.selector;
    case 'ReplicationController': return { matchLabels: lister.tryGet('ReplicationController', key)?.spec?.selector };
    default: return undefined;
  }
}
