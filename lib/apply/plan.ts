import type { DeepReadonly } from '../base/deep-readonly';
import type { KubeObject } from '../api/types';
import { differencesOf } from './diff';
import type { Manifest } from './load/manifest';

/** `replace`: deleted and made again, because it cannot be changed. `run`: a release task, in the same way. */
export type Action = 'create' | 'change' | 'replace' | 'run' | 'unchanged';

/** What apply would do to one object. */
export interface PlannedObject extends Manifest {
  readonly action: Action;
  /** Paths that differ, for `change`: `spec.replicas`. Values are left out: they may be secret. */
  readonly fields: readonly string[];
  /** What is sent to the server, where that is not the object: without fields that are left to others. */
  readonly sent?: KubeObject;
  /** What kubectl or Helm have set is taken over first, so that nothing of it is left which the program does not have. */
  readonly takeOver?: boolean;
  /** It was done in an earlier release, whatever the cluster has under its name now: nobody waits for it. */
  readonly gone?: boolean;
  /** A release task that an interrupted apply has begun: it is only waited for. */
  readonly isRunning?: boolean;
  /** As it is in the cluster, and as the server would make it; for a diff. Values may be secret. */
  readonly live?: DeepReadonly<KubeObject>;
  readonly dryRun?: DeepReadonly<KubeObject>;
}

/** Compares what is there with what a dry run of the apply answered. Pure. */
export function planObject(manifest: Manifest, live: DeepReadonly<KubeObject> | undefined, dryRun: DeepReadonly<KubeObject> | undefined): PlannedObject {
  if (!live) return { ...manifest, action: 'create', fields: [] };
  if (!dryRun) return { ...manifest, action: 'change', fields: [], live };
  // Taking over fields without changing them is still a write.
  if (isSame(comparable(live), comparable(dryRun))) return { ...manifest, action: 'unchanged', fields: [], live, dryRun };
  return { ...manifest, action: 'change', live, dryRun, fields: differencesOf({ ...manifest, live, dryRun }).map(({ path }) => path) };
}

/** Without what the server counts by itself. */
function comparable(object: DeepReadonly<KubeObject>): unknown {
  const { resourceVersion: _v, generation: _g, managedFields = [], ...metadata } = object.metadata;
  const owners = managedFields.map(({ time: _t, ...entry }) => entry);
  return { ...object, status: undefined, metadata: { ...metadata, managedFields: owners.filter(({ subresource }) => !subresource) } };
}

/** The order of keys does not count. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => isSame(a[key], b[key]));
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
