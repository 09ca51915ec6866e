import type { AnyObject } from '../any-object';
import { partialMetadata } from '../partial-metadata';
import type { Resource } from '../registry/resource';
import { columnsOf } from './columns';
import { cellsOf } from './cells';

export interface TableOptions {
  /** Of meta.k8s.io. */
  readonly version: string;
  /** None, Metadata or Object. @default Metadata */
  readonly include?: string;
  /** Leaves the columns out: a watch sends them once. */
  readonly withoutColumns?: boolean;
  /** Milliseconds since the epoch, for ages. */
  readonly now: number;
}

/** A Table of single objects: what a get or a write answers. */
export function objectTable(resource: Resource, objects: readonly AnyObject[], options: TableOptions): unknown {
  return table(resource, objects, { resourceVersion: objects[0]?.metadata.resourceVersion }, options);
}

export function listTable(resource: Resource, objects: readonly AnyObject[], metadata: object, options: TableOptions): unknown {
  return table(resource, objects, metadata, options);
}

function table(resource: Resource, objects: readonly AnyObject[], metadata: object, { version, include = 'Metadata', now, withoutColumns = false }: TableOptions): unknown {
  return {
    kind: 'Table', apiVersion: `meta.k8s.io/${version}`, metadata,
    columnDefinitions: withoutColumns ? null : columnsOf(resource),
    rows: objects.map((object) => ({ cells: cellsOf(resource, object, now), ...conditionsOf(object), object: include === 'None' ? null : include === 'Object' ? object : partialMetadata(object, version) })),
  };
}

/** Rows of pods that have ended are marked, so that kubectl can hide or grey them. */
function conditionsOf({ kind, apiVersion, status }: AnyObject): { conditions?: unknown } {
  const phase = status?.phase;
  if (kind !== 'Pod' || apiVersion !== 'v1' || (phase !== 'Succeeded' && phase !== 'Failed')) return {};
  const message = phase === 'Succeeded' ? 'The pod has completed successfully.' : 'The pod failed.';
  return { conditions: [{ type: 'Completed', status: 'True', reason: phase, message }] };
}
