/** Why a container is not running yet, in upstream's words; shown as `state.waiting` until the next try. */
export interface WaitingReason {
  readonly reason: string;
  readonly message: string;
}

/** A step towards a running container that failed. */
export class SyncError extends Error implements WaitingReason {
  constructor(readonly reason: string, message: string, options?: ErrorOptions & { readonly retryAt?: number }) {
    super(message, options);
    this.name = 'SyncError';
    this.retryAt = options?.retryAt;
  }

  /** When the next try makes sense, if that is known. */
  readonly retryAt: number | undefined;
}
