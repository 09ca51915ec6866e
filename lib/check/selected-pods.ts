import { matchesLabelSelector } from '../api/selectors';
import type { LabelSelector, Labels } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';
import type { CheckedObjects } from './checked-objects';
import { KnownObjects } from './known-objects';
import type { PodTemplate } from './pod-templates';

type Selector = DeepReadonly<LabelSelector>;

/** Labels that controllers add to pods, so that no template has them. */
const POD_NAME = 'statefulset.kubernetes.io/pod-name';
const ADDED: ReadonlySet<string> = new Set([POD_NAME, 'apps.kubernetes.io/pod-index', 'pod-template-hash', 'controller-revision-hash', 'batch.kubernetes.io/job-completion-index']);

const byLabel = new WeakMap<CheckedObjects, Map<string, PodTemplate[]>>();

/** The pods of a namespace that a selector matches; with labels in it, without looking at all of them. An empty one matches all, a missing one none. */
export function selectedPods(objects: CheckedObjects, namespace: string | undefined, selector: Selector | undefined): readonly PodTemplate[] {
  const [first] = Object.entries(selector?.matchLabels ?? {}).filter(([key]) => !ADDED.has(key));
  const candidates = first ? indexOf(objects).get(labelKey(namespace, first)) ?? [] : objects.podTemplatesOf(namespace);
  return candidates.filter((pod) => matchesLabelSelector(selector, labelsOf(pod, selector)));
}

/** A pod's labels with those that its controller adds, as far as a selector asks for them and they can be. */
function labelsOf({ labels, object: { kind, metadata } }: PodTemplate, selector: Selector | undefined): Labels {
  const asked = Object.entries(selector?.matchLabels ?? {}).filter(([key, value]) => ADDED.has(key) && (key !== POD_NAME || (kind === 'StatefulSet' && value.startsWith(`${metadata.name}-`))));
  return asked.length > 0 ? { ...labels, ...Object.fromEntries(asked) } : labels;
}

/** `app=web,tier in (a, b)`, for a message. */
export function describeSelector({ matchLabels = {}, matchExpressions = [] }: Selector): string {
  const expressions = matchExpressions.map(({ key, operator, values }) => `${key} ${operator}${values ? ` (${values.join(', ')})` : ''}`);
  return [formatLabels(matchLabels), ...expressions].filter(Boolean).join(',') || 'any labels';
}

export const formatLabels = (labels: Labels): string => Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(',');

/**
 * Whether it is conspicuous that a selector matches no pod: there are pods in its namespace, and no operator makes those
 * that are meant, which would have the name of a custom resource or a text of it as a label.
 */
export function lacksPods(objects: CheckedObjects, namespace: string | undefined, selector: Selector): boolean {
  if (objects.podTemplatesOf(namespace).length === 0 || selectedPods(objects, namespace, selector).length > 0) return false;
  const known = KnownObjects.of(objects);
  const values = [...Object.values(selector.matchLabels ?? {}), ...(selector.matchExpressions ?? []).flatMap(({ values: some }) => some ?? [])];
  return !values.some((value) => known.isMadeByCustomResource(value));
}

/** What to do about a selector that matches nothing: the labels of the workload that differ least are most likely meant. */
export function meantLabels(objects: CheckedObjects, namespace: string | undefined, { matchLabels = {} }: Selector): string | undefined {
  const wanted = Object.entries(matchLabels);
  const close = objects.podTemplatesOf(namespace).find(({ labels }) => wanted.filter(([key, value]) => labels[key] !== value).length === 1);
  return close && `${close.owner} has ${formatLabels(close.labels)}: use its labels`;
}

function indexOf(objects: CheckedObjects): ReadonlyMap<string, readonly PodTemplate[]> {
  let index = byLabel.get(objects);
  if (!index) {
    index = new Map();
    for (const template of objects.podTemplates) {
      for (const pair of Object.entries(template.labels)) {
        const key = labelKey(template.object.metadata.namespace, pair);
        const bucket = index.get(key);
        if (bucket) bucket.push(template);
        else index.set(key, [template]);
      }
    }
    byLabel.set(objects, index);
  }
  return index;
}

const labelKey = (namespace: string | undefined, [key, value]: readonly [string, string]) => `${namespace ?? ''}\n${key}\n${value}`;
