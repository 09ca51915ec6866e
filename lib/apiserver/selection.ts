import { matchesRequirements, parseLabelSelector } from '../api/label-selector-parser';
import type { AnyObject } from './any-object';
import { matchesFields, parseFieldSelector } from './field-selector';
import { type Resource, storageKey } from './registry/resource';
import { onNode } from './store-options';

/** Which objects of a collection a list, watch or deletecollection means. */
export interface Selection {
  readonly matches: (object: AnyObject) => boolean;
  /** No selector at all. */
  readonly everything: boolean;
  /** What of it the store can find by itself: the pods of one node. */
  readonly term?: string;
  /** The one object it can be, if it is in that namespace. */
  readonly name?: string;
}

export function parseSelection({ labelSelector, fieldSelector }: { readonly labelSelector: string; readonly fieldSelector: string }, resource: Resource, name = ''): Selection {
  const labels = parseLabelSelector(labelSelector);
  const fields = parseFieldSelector(fieldSelector, resource);
  const required = (field: string) => fields.find((term) => term.field === field && !term.negated)?.value;
  const node = resource.kind === 'Pod' && resource.group === '' ? required('spec.nodeName') : undefined;
  return {
    ...(node && { term: onNode(node) }),
    name: name || required('metadata.name'),
    everything: labels.length === 0 && fields.length === 0 && name === '',
    matches: (object) => (name === '' || object.metadata.name === name) && matchesRequirements(labels, object.metadata.labels) && matchesFields(fields, object),
  };
}

/** For the store: a watch hears of nothing else. */
export function watchTerm({ term, name }: Selection, resource: Resource, namespace: string): string | undefined {
  return name && (namespace || !resource.namespaced) ? storageKey(resource, namespace, name) : term;
}
