import type { ReportedImage } from '../../api/program-report';

/** Sees to it that the pods of a cluster find the images that a program builds. */
export interface ImageSupplier {
  /**
   * Builds what is missing and brings it to the registry or to the nodes. Resolves with the name that objects are to have: with the registry's digest where there is one. What is there already
   * costs a question. Rejects with the failing step.
   */
  supply(image: ReportedImage, onProgress: (progress: ImageProgress) => void, signal: AbortSignal): Promise<string>;
}

export interface ImageProgress {
  readonly image: string;
  readonly action: 'present' | 'build' | 'built' | 'push' | 'pushed' | 'copied';
  /** What the builder says, line by line. */
  readonly line?: string;
  /** The node an image was copied to, or the digest it got. */
  readonly where?: string;
}
