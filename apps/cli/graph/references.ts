import { DEPENDS_ON_ANNOTATION } from '../../../lib/api/label-keys';
import { matchesLabelSelector, matchesLabels } from '../../../lib/api/selectors';
import type { KubeObject } from '../../../lib/api/types';
import { CheckedObjects } from '../../../lib/check/checked-objects';
import { configReferencesOf } from '../../../lib/check/config-references';
import type { PodTemplate } from '../../../lib/check/pod-templates';

/** One object needs another one. */
export interface Reference {
  readonly from: KubeObject;
  readonly kind: string;
  readonly name: string;
  readonly label: string;
}

/** Which objects name, select or wait for which. Names that are not among the objects are told, too: they are kept by somebody else. */
export function referencesAmong(objects: readonly KubeObject[]): readonly Reference[] {
  const checked = new CheckedObjects(objects);
  return [...checked.podTemplates.flatMap(ofPods), ...objects.flatMap((object) => [...ofSelectors(object, checked), ...ofNames(object), ...ofAnnotation(object)])];
}

function ofPods(template: PodTemplate): readonly Reference[] {
  const from = template.object as KubeObject;
  const { volumes = [], serviceAccountName } = template.spec;
  return [
    ...[...configReferencesOf(template)].map(({ kind, name, field }) => ({ from, kind, name, label: field.includes('.volumes[') ? 'files' : 'env' })),
    ...volumes.flatMap(({ persistentVolumeClaim }) => (persistentVolumeClaim ? [{ from, kind: 'PersistentVolumeClaim', name: persistentVolumeClaim.claimName, label: 'data' }] : [])),
    ...(serviceAccountName && serviceAccountName !== 'default' ? [{ from, kind: 'ServiceAccount', name: serviceAccountName, label: 'runs as' }] : []),
  ];
}

type Spec = Readonly<Record<string, unknown>>;
const specOf = (object: KubeObject): Spec => (object as { readonly spec?: Spec }).spec ?? {};

/** Services, budgets and policies choose pods by their labels. */
function ofSelectors(object: KubeObject, checked: CheckedObjects): readonly Reference[] {
  const choose = selectorOf(object);
  if (!choose) return [];
  return checked.podTemplatesOf(object.metadata.namespace).filter(({ labels }) => choose.matches(labels))
    .map((template) => ({ from: object, kind: template.object.kind, name: template.object.metadata.name ?? '', label: choose.label }));
}

function selectorOf(object: KubeObject): { readonly label: string; readonly matches: (labels: Readonly<Record<string, string>>) => boolean } | undefined {
  const { selector, podSelector } = specOf(object);
  if (object.kind === 'Service' && selector) return { label: 'selects', matches: (labels) => matchesLabels(selector as Readonly<Record<string, string>>, labels) };
  if (object.kind === 'PodDisruptionBudget' && selector) return { label: 'protects', matches: (labels) => matchesLabelSelector(selector, labels) };
  if (object.kind === 'NetworkPolicy' && podSelector) return { label: 'limits', matches: (labels) => matchesLabelSelector(podSelector, labels) };
  return undefined;
}

/** Objects that name one other in a field of theirs. */
function ofNames(object: KubeObject): readonly Reference[] {
  const spec = specOf(object);
  switch (object.kind) {
    case 'HorizontalPodAutoscaler': {
      const { kind, name } = spec['scaleTargetRef'] as { readonly kind: string; readonly name: string };
      return [{ from: object, kind, name, label: 'scales' }];
    }
    case 'Ingress': return [...new Set(servicesIn(spec))].map((name) => ({ from: object, kind: 'Service', name, label: 'routes' }));
    case 'StatefulSet': return typeof spec['serviceName'] === 'string' ? [{ from: object, kind: 'Service', name: spec['serviceName'], label: 'names' }] : [];
    case 'RoleBinding': case 'ClusterRoleBinding': return ofBinding(object);
    default: return [];
  }
}

function ofBinding(object: KubeObject): readonly Reference[] {
  const { roleRef, subjects = [] } = object as { readonly roleRef?: { readonly kind: string; readonly name: string }; readonly subjects?: readonly { readonly kind: string; readonly name: string }[] };
  return [
    ...(roleRef ? [{ from: object, kind: roleRef.kind, name: roleRef.name, label: 'grants' }] : []),
    ...subjects.filter(({ kind }) => kind === 'ServiceAccount').map(({ kind, name }) => ({ from: object, kind, name, label: 'to' })),
  ];
}

/** Every `service.name` of an Ingress, in rules and as the default. */
function servicesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { service } = value as { readonly service?: { readonly name?: string } };
  return [...(typeof service?.name === 'string' ? [service.name] : []), ...Object.values(value).flatMap(servicesIn)];
}

function ofAnnotation(object: KubeObject): readonly Reference[] {
  const names = object.metadata.annotations?.[DEPENDS_ON_ANNOTATION]?.split(',') ?? [];
  return names.map((word) => {
    const [kind, name = ''] = word.trim().split('/');
    return { from: object, kind, name, label: 'after' };
  });
}
