import type { Service } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';
import type { CheckedObjects } from './checked-objects';
import type { PodTemplate } from './pod-templates';
import { SelectorIndex } from './selector-index';

const indexes = new WeakMap<CheckedObjects, SelectorIndex<DeepReadonly<Service>>>();

/** The Services that send to the pods of a template. */
export function servicesOf(objects: CheckedObjects, { object, labels }: PodTemplate): readonly DeepReadonly<Service>[] {
  let index = indexes.get(objects);
  if (!index) {
    index = new SelectorIndex(objects.ofKind('Service').map((service) => [service, service.metadata.namespace, service.spec?.selector ?? {}]));
    indexes.set(objects, index);
  }
  return index.selecting(object.metadata.namespace, labels);
}
