import { APP_LABEL } from '../../api/label-keys';
import { controllerOf } from '../../api/object-key';
import type { KubeObject } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';

/** Marks that other tools leave on what they manage. */
const TOOLS: readonly { readonly name: string; readonly annotation?: string; readonly label?: string }[] = [
  { name: 'the Helm release', annotation: 'meta.helm.sh/release-name' },
  { name: 'the Argo CD application', annotation: 'argocd.argoproj.io/tracking-id' },
  { name: 'the Flux kustomization', label: 'kustomize.toolkit.fluxcd.io/name' },
  { name: 'the Flux Helm release', label: 'helm.toolkit.fluxcd.io/name' },
  { name: 'the kapp application', label: 'kapp.k14s.io/app' },
  { name: 'the apply set', label: 'applyset.kubernetes.io/part-of' },
];

/** Who manages an object of the cluster, other than the application; undefined when that is nobody. A mark that the program itself sets is none. Pure. */
export function foreignOwner(live: DeepReadonly<KubeObject>, object: DeepReadonly<KubeObject>, application: string): string | undefined {
  const { labels = {}, annotations = {} } = live.metadata;
  const owner = labels[APP_LABEL];
  if (owner !== undefined) return owner === application ? undefined : `the application ${owner}`;
  const controller = object.metadata.ownerReferences ? undefined : controllerOf(live);
  if (controller) return `${controller.kind} ${controller.name}, which has made it`;
  for (const { name, annotation = '', label = '' } of TOOLS) {
    const mark = annotation ? annotations[annotation] : labels[label];
    const own = annotation ? object.metadata.annotations?.[annotation] : object.metadata.labels?.[label];
    if (mark !== undefined && mark !== own) return `${name} ${mark}`;
  }
  return undefined;
}
