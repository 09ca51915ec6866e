import type { DeepReadonly } from '../base/deep-readonly';
import type { KubeObject } from '../api/types';
import type { CheckedObjects } from './checked-objects';

/** One thing that can be wrong with manifests, seen without a cluster. */
export interface Rule {
  /** Kebab case; also how it is named in output. */
  readonly id: string;
  /** An error stops an apply. */
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly seeAlso: string;
  check(objects: CheckedObjects): Iterable<Problem>;
}

/** What a rule found. */
export interface Problem {
  readonly object: DeepReadonly<KubeObject>;
  /** Path in the object: `spec.template.spec.containers[0].image`. */
  readonly field: string;
  readonly message: string;
  /** What to do. */
  readonly fix: string;
}

export interface Finding extends Problem {
  readonly rule: string;
  readonly severity: 'error' | 'warning';
}
