import type { DeepReadonly } from '../../base/deep-readonly';
import type { Pod } from '../../api/types';
import type { AnyObject } from '../any-object';
import type { Strategy } from './strategy';

/** Pods end gracefully, and their specification has no generation. Follows pkg/registry/core/pod/strategy.go. */
export const pod: Strategy = {
  hasGeneration: false,
  returnsDeletedObject: true,

  prepareForCreate(object) {
    const gates = (object as Pod).spec.schedulingGates ?? [];
    const gated = { type: 'PodScheduled', status: 'False', lastProbeTime: null, lastTransitionTime: null, reason: 'SchedulingGated', message: 'Scheduling is blocked due to non-empty scheduling gates' };
    (object as AnyObject).status = { phase: 'Pending', ...(gates.length > 0 && { conditions: [gated] }), qosClass: qosClassOf((object as Pod).spec) };
  },

  prepareForUpdate(object, old, { subresource }) {
    if (subresource === 'ephemeralcontainers') keepEphemeralContainersAlone(object as AnyObject, old as AnyObject);
    if (subresource !== 'status') return;
    const updated = object as AnyObject;
    const before = old as AnyObject;
    updated.metadata.deletionTimestamp = before.metadata.deletionTimestamp;
    updated.metadata.ownerReferences = structuredClone(before.metadata.ownerReferences);
    updated.status = { ...updated.status, ...(before.status?.qosClass !== undefined && { qosClass: before.status.qosClass }) };
  },

  /** A pod that no node knows, or that has ended, needs no time to end. */
  gracePeriodSeconds(object, asked) {
    const { spec, status } = object as DeepReadonly<Pod>;
    const period = asked ?? spec.terminationGracePeriodSeconds ?? 0;
    if (!spec.nodeName || status?.phase === 'Succeeded' || status?.phase === 'Failed') return 0;
    return period < 0 ? 1 : period;
  },
};

/** Whoever may add ephemeral containers may change nothing else by it. Follows dropNonEphemeralContainerUpdates. */
function keepEphemeralContainersAlone(updated: AnyObject, before: AnyObject): void {
  const { resourceVersion, managedFields } = updated.metadata;
  const ephemeralContainers = updated.spec?.['ephemeralContainers'];
  for (const field of Object.keys(updated)) delete updated[field];
  Object.assign(updated, structuredClone(before));
  Object.assign(updated.metadata, { resourceVersion, managedFields });
  updated.spec = { ...updated.spec, ephemeralContainers };
  if (ephemeralContainers === undefined) delete updated.spec['ephemeralContainers'];
}

/** Guaranteed, Burstable or BestEffort. Follows pkg/apis/core/v1/helper/qos. */
export function qosClassOf(spec: DeepReadonly<Pod['spec']>): string {
  const resources = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((container) => container.resources ?? {});
  const counted = (quantities: DeepReadonly<Record<string, unknown>> | undefined) => ['cpu', 'memory'].filter((name) => quantities?.[name] !== undefined && !/^0+[a-zA-Z]*$/.test(String(quantities[name])));
  if (resources.every(({ requests, limits }) => counted(requests as KubeMap).length === 0 && counted(limits as KubeMap).length === 0)) return 'BestEffort';
  const guaranteed = resources.every(({ requests, limits }) => counted(limits as KubeMap).length === 2
    && ['cpu', 'memory'].every((name) => requests?.[name] === undefined || requests[name] === limits?.[name]));
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

type KubeMap = DeepReadonly<Record<string, unknown>> | undefined;
