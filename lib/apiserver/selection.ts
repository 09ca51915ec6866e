import { matchesRequirements, parseLabelSelector } from '../api/label-selector-parser';
import type { AnyObject } from './any-object';
import { matchesFields, parseFieldSelector } from './field-selector';
import type { Resource } from './registry/resource';

/** Which objects of a collection a list, watch or deletecollection means. */
export interface Selection {
  readonly matches: (object: AnyObject) => boolean;
  /** No selector at all. */
  readonly everything: boolean;
}

export function parseSelection({ labelSelector, fieldSelector }: { readonly labelSelector: string; readonly fieldSelector: string }, resource: Resource, name = ''): Selection {
  const labels = parseLabelSelector(labelSelector);
  const fields = parseFieldSelector(fieldSelector, resource);
  return {
    everything: labels.length === 0 && fields.length === 0 && name === '',
    matches: (object) => (name === '' || object.metadata.name === name) && matchesRequirements(labels, object.metadata.labels) && matchesFields(fields, object),
  };
}
