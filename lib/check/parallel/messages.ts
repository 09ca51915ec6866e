import type { CreateProblem } from '../../api/validate-for-create';

/** What the thread is given of each file; then END. */
export interface Batches {
  /** The number of the first. */
  readonly first: number;
  readonly batches: readonly (readonly string[])[];
  /** One number for each batch: 0 until somebody has taken it. */
  readonly claims: Int32Array;
}

/** What it says of a batch. */
export interface BatchResult {
  readonly batch: number;
  readonly documents: readonly DocumentProblems[];
}

/** Of a document with problems, or with objects that it cannot judge. Others have nothing against them. */
export interface DocumentProblems {
  readonly document: number;
  /** For each object of the document; null where its kind is not built in. */
  readonly problems: readonly (readonly CreateProblem[] | null)[];
}

/** Said to the thread when it has been given everything, and by it when it has told everything: its memory is freed while others go on. */
export const END = 'end';

/** True for the one who takes the batch. */
export const claim = (claims: Int32Array, batch: number): boolean => Atomics.compareExchange(claims, batch, 0, 1) === 0;
