/** An apply that did not reach its end. The message is complete: one problem per paragraph, with what to do. */
export class ApplyError extends Error {
  constructor(message: string, readonly stage: 'check' | 'build' | 'plan' | 'apply' | 'wait', options?: ErrorOptions) {
    super(message, options);
    this.name = 'ApplyError';
  }
}
