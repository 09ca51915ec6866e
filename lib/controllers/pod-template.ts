import type { DeepReadonly } from '../base/deep-readonly';
import { controllerReference } from '../api/object-key';
import type { KubeObject, Pod, PodTemplateSpec } from '../api/types';

/** A new pod of the template, owned by `owner`. The server makes its name. */
export function podFromTemplate(owner: DeepReadonly<KubeObject>, template: DeepReadonly<PodTemplateSpec>): DeepReadonly<Pod> {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: {
      generateName: `${owner.metadata.name}-`, namespace: owner.metadata.namespace,
      ...(labels && { labels }), ...(annotations && { annotations }), ...(finalizers && { finalizers }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: template.spec ?? { containers: [] },
  };
}
