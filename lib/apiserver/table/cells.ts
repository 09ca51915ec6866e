import type { AnyObject } from '../any-object';
import type { Resource } from '../registry/resource';
import { columnsOf } from './columns';
import { age } from './values';

/** The cells of one row, in the order of `columnsOf`. */
export function cellsOf(resource: Resource, object: AnyObject, now: number): readonly unknown[] {
  return columnsOf(resource).map(({ name }) => (name === 'Name' ? object.metadata.name : name === 'Age' ? age(object.metadata.creationTimestamp, now) : null));
}
