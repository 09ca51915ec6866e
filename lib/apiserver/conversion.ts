import type { DeepReadonly } from '../base/deep-readonly';
import { apiVersionOf, type ResourceInfo } from '../api/kinds';
import type { KubeObject } from '../api/types';
import { autoscalerToV1, autoscalerToV2 } from '../api/autoscaler-conversion';

type Fields = Record<string, unknown>;
type Conversion = (object: Fields) => Readonly<Fields>;

/** Between versions whose shapes differ, by `from → to`; between others only the version's name changes. */
const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  'v1 Event → events.k8s.io/v1': coreEventToEvents,
  'events.k8s.io/v1 Event → v1': eventsToCoreEvent,
  'autoscaling/v1 HorizontalPodAutoscaler → autoscaling/v2': autoscalerToV2,
  'autoscaling/v2 HorizontalPodAutoscaler → autoscaling/v1': autoscalerToV1,
};

/** A copy of the object in the resource's version. */
export function convert(object: DeepReadonly<KubeObject>, resource: ResourceInfo): KubeObject {
  const target = apiVersionOf(resource);
  const conversion = CONVERSIONS[`${object.apiVersion} ${object.kind} → ${target}`] ?? ((fields: Fields) => fields);
  return { ...conversion({ ...object }), apiVersion: target, kind: resource.kind } as KubeObject;
}

function coreEventToEvents(event: Fields): Fields {
  const { involvedObject, message, source, firstTimestamp, lastTimestamp, count, reportingComponent, reportingInstance, ...same } = event;
  return {
    ...same, regarding: involvedObject, ...(message !== undefined && { note: message }), deprecatedSource: source, deprecatedFirstTimestamp: firstTimestamp,
    deprecatedLastTimestamp: lastTimestamp, ...(count !== undefined && { deprecatedCount: count }), reportingController: reportingComponent, reportingInstance,
  };
}

function eventsToCoreEvent(event: Fields): Fields {
  const { regarding, note, deprecatedSource, deprecatedFirstTimestamp, deprecatedLastTimestamp, deprecatedCount, reportingController, reportingInstance, ...same } = event;
  return {
    ...same, involvedObject: regarding ?? {}, ...(note !== undefined && { message: note }), source: deprecatedSource ?? {}, firstTimestamp: deprecatedFirstTimestamp ?? null,
    lastTimestamp: deprecatedLastTimestamp ?? null, ...(deprecatedCount !== undefined && { count: deprecatedCount }), reportingComponent: reportingController ?? '', reportingInstance: reportingInstance ?? '',
  };
}
