import type { CheckedObjects } from './checked-objects';
import type { CheckedContainer, PodTemplate } from './pod-templates';

/** Every container of every pod and pod template. */
export function* containersIn(objects: CheckedObjects): Generator<CheckedContainer & { readonly template: PodTemplate }> {
  for (const template of objects.podTemplates) {
    for (const container of template.containers) yield { ...container, template };
  }
}

/** Whether it runs as long as the pod: a container, or an init container that is a sidecar. */
export const isLongRunning = ({ container, init }: CheckedContainer) => !init || (container as { readonly restartPolicy?: string }).restartPolicy === 'Always';
