import type { CheckedObjects } from './checked-objects';
import type { CheckedContainer, PodTemplate } from './pod-templates';

export type ContainerInTemplate = CheckedContainer & { readonly template: PodTemplate };

const known = new WeakMap<CheckedObjects, readonly ContainerInTemplate[]>();

/** Every container of every pod and pod template. Most rules ask for them: gathered once. */
export function containersIn(objects: CheckedObjects): readonly ContainerInTemplate[] {
  let all = known.get(objects);
  if (!all) known.set(objects, (all = objects.podTemplates.flatMap((template) => template.containers.map((container) => ({ ...container, template })))));
  return all;
}

/** Whether it runs as long as the pod: a container, or an init container that is a sidecar. */
export const isLongRunning = ({ container, init }: CheckedContainer) => !init || (container as { readonly restartPolicy?: string }).restartPolicy === 'Always';
