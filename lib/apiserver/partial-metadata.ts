import type { AnyObject } from './any-object';

/** The object without anything but its metadata. */
export function partialMetadata({ metadata }: AnyObject, version: string): unknown {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata };
}
