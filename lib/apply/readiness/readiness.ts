import type { DeepReadonly } from '../../base/deep-readonly';

/** How far an object is. `done` with `successful: false` never gets better by waiting. */
export interface Readiness {
  readonly done: boolean;
  readonly successful: boolean;
  /** What a person sees while waiting: `1/2`, `Pending`. */
  readonly message: string;
  /** Its controller says that it cannot go on; that lasts unless somebody does something. */
  readonly isStuck?: boolean;
}

/** Reads an object's status. Must look at observedGeneration: a status from before the change says nothing. */
export type ReadinessRule<T> = (object: DeepReadonly<T>) => Readiness;

export const ready = (message: string): Readiness => ({ done: true, successful: true, message });
export const waiting = (message: string): Readiness => ({ done: false, successful: false, message });
/** @param why what its controller says */
export const stuck = (message: string, why: string): Readiness => ({ done: false, successful: false, message: `${message}, ${why}`, isStuck: true });
export const failed = (message: string): Readiness => ({ done: true, successful: false, message });

interface Generations {
  readonly metadata: { readonly generation?: number };
  readonly status?: { readonly observedGeneration?: number };
}

/** The controller has seen the latest spec. */
export const isObserved = ({ metadata, status }: Generations) => (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
