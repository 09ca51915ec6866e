/** Why a container is not running yet, in upstream's words; shown as `state.waiting` until the next try. */
export interface WaitingReason {
  readonly reason: string;
  readonly message: string;
  /** When the next try makes sense, in milliseconds since the epoch, if that is known. */
  readonly retryAt?: number;
}

/** A step towards a running container that failed. */
export class SyncError extends Error implements WaitingReason {
  constructor(readonly reason: string, message: string, options?: ErrorOptions & { readonly retryAt?: number }) {
    super(message, options);
    this.name = 'SyncError';
    this.retryAt = options?.retryAt;
  }

  readonly retryAt: number | undefined;
}

/** How long a container that could not be created waits for its next try: upstream's kubelet looks at such a pod again after this time. */
export const CREATE_RETRY = 10_000;

/** Containers that could not be created and whose next try is not due. The engine makes news of each attempt, which is no reason for another. Pure. */
export function heldBack(reasons: ReadonlyMap<string, WaitingReason>, now: number): Map<string, WaitingReason> {
  return new Map([...reasons].filter(([, { reason, retryAt }]) => reason.startsWith('CreateContainer') && retryAt !== undefined && retryAt > now));
}
