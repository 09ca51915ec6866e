/** An apply that did not reach its end. The message is complete: one problem per paragraph, with what to do. */
export class ApplyError extends Error {
  constructor(message: string, readonly stage: 'check' | 'build' | 'plan' | 'apply' | 'task' | 'wait' | 'prune', options?: ErrorOptions) {
    super(message, options);
    this.name = 'ApplyError';
  }
}

/** It failed, and what ran before runs again. */
export class RolledBackError extends Error {
  readonly exitCode = 3;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RolledBackError';
  }
}
