import type { DeepReadonly } from '../base/deep-readonly';
import type { Ingress, IngressClass } from '../api/types';
import { CLASS_NAME, CONTROLLER } from './names';

/** The class of a new cluster: Ingresses that name none get it. */
export const DEFAULT_CLASS: DeepReadonly<IngressClass> = {
  apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass',
  metadata: { name: CLASS_NAME, annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
  spec: { controller: CONTROLLER },
};

/** The Ingresses that are ours to serve, oldest first: of two that want the same, the older has it. Those of other classes, or of none, are left alone. */
export function ourIngresses(ingresses: readonly DeepReadonly<Ingress>[], classes: readonly DeepReadonly<IngressClass>[]): readonly DeepReadonly<Ingress>[] {
  const ours = new Set(classes.filter(({ spec }) => spec?.controller === CONTROLLER).map(({ metadata }) => metadata.name));
  return ingresses.filter((ingress) => !ingress.metadata.deletionTimestamp && ours.has(classOf(ingress))).sort((a, b) => compare(age(a), age(b)));
}

/** The annotation is older than the field and still honoured. */
const classOf = ({ spec, metadata }: DeepReadonly<Ingress>) => spec.ingressClassName ?? metadata.annotations?.['kubernetes.io/ingress.class'];
const age = ({ metadata }: DeepReadonly<Ingress>) => `${metadata.creationTimestamp} ${metadata.namespace}/${metadata.name}`;
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
