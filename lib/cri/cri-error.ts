/** Why a verb of the container runtime was refused; `message` carries the engine's words. */
export type CriErrorReason =
  | 'ContainerNotFound'
  | 'ImageNotFound'
  | 'ExecTimeout'
  /** The container was created, its process could not be started. */
  | 'StartError'
  | 'Unavailable'
  | 'Failed';

export class CriError extends Error {
  constructor(readonly reason: CriErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CriError';
  }
}

export const isContainerNotFound = (error: unknown): error is CriError => error instanceof CriError && error.reason === 'ContainerNotFound';
