import { zeroObject } from '../../api/decode/values';
import { apiVersionOf } from '../../api/kinds';
import { trySchemaOf } from '../../api/schema/schema';
import { type AnyObject, deepEqual } from '../any-object';
import type { Stored } from '../object-storage';
import type { Resource } from './resource';

/** What every kind does unless its strategy says otherwise. */

const hasStatus = (resource: Resource) => resource.subresources.has('status');

/** Status belongs to those who write it through its subresource: a create starts with an empty one. */
export function clearStatus(resource: Resource, object: AnyObject): void {
  if (!hasStatus(resource) || resource.strategy.keepsStatusOnCreate) return;
  const schema = trySchemaOf(apiVersionOf(resource), resource.kind);
  const empty = schema && (zeroObject(schema) as AnyObject).status;
  if (empty && !resource.custom) object.status = structuredClone(empty);
  else delete object.status;
}

/** Which half of the object a write may change: its status through `/status`, the rest otherwise. */
export function isolateStatus(resource: Resource, subresource: string, object: AnyObject, old: Stored): void {
  const before = old as AnyObject;
  if (subresource === 'status') {
    for (const field of new Set([...Object.keys(object), ...Object.keys(before)])) {
      if (['status', 'metadata', 'apiVersion', 'kind'].includes(field) || (object[field] !== undefined && object[field] === before[field])) continue; // the same already: shared, as nobody changes what is stored
      copyField(object, before, field);
    }
    keepMetadata(resource, object, before);
    resource.strategy.metadataInStatus?.(object, before);
  } else if (subresource === '' && hasStatus(resource)) {
    copyField(object, before, 'status');
  }
}

/** Kinds whose status may be written without a say in the metadata. */
const METADATA_FIXED = ['customresourcedefinitions', 'apiservices', 'flowschemas', 'prioritylevelconfigurations', 'volumeattachments'];

function keepMetadata({ resource, custom }: Resource, object: AnyObject, before: AnyObject): void {
  if (custom || METADATA_FIXED.includes(resource)) {
    object.metadata = { ...structuredClone(before.metadata), resourceVersion: object.metadata.resourceVersion, managedFields: object.metadata.managedFields };
    if (object.metadata.managedFields === undefined) delete object.metadata.managedFields;
  }
}

function copyField(object: AnyObject, before: AnyObject, field: string): void {
  if (before[field] === undefined) delete object[field];
  else object[field] = structuredClone(before[field]);
}

export const hasGeneration = ({ strategy, subresources, custom }: Resource) => strategy.hasGeneration ?? (custom !== undefined || subresources.has('status'));

export function firstGeneration(resource: Resource, object: AnyObject): void {
  if (hasGeneration(resource)) object.metadata.generation = 1;
}

/** Counts up when what the object asks for has changed. Clients cannot set it. */
export function nextGeneration(resource: Resource, subresource: string, object: AnyObject, old: Stored): void {
  const before = old as AnyObject;
  if (before.metadata.generation === undefined) delete object.metadata.generation;
  else object.metadata.generation = before.metadata.generation;
  if (!hasGeneration(resource) || subresource === 'status') return;
  if (!deepEqual(countedFields(resource, before), countedFields(resource, object))) object.metadata.generation = (before.metadata.generation ?? 0) + 1;
}

function countedFields({ strategy, custom }: Resource, object: AnyObject): unknown {
  if (custom) return Object.fromEntries(Object.entries(object).filter(([field]) => field !== 'metadata' && (field !== 'status' || custom.wholeObject)));
  const fields = strategy.generationFields ?? ['spec'];
  const { annotations = {}, labels = {} } = object.metadata;
  return [fields.map((field) => object[field]), strategy.countsAnnotations ? annotations : undefined, strategy.countsLabels ? labels : undefined];
}
