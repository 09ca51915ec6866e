export interface ConnectionErrorOptions extends ErrorOptions {
  /** `no`: the server has certainly not seen the request. `unknown`: it may have done what was asked. */
  readonly arrived: 'no' | 'unknown';
  /** Trying again leads to the same: a certificate that is not accepted. @default false */
  readonly permanent?: boolean;
}

/** No answer was had, or not all of it. */
export class ConnectionError extends Error {
  readonly arrived: 'no' | 'unknown';
  readonly permanent: boolean;

  constructor(message: string, { arrived, permanent = false, ...options }: ConnectionErrorOptions) {
    super(message, options);
    this.name = 'ConnectionError';
    this.arrived = arrived;
    this.permanent = permanent;
  }

  /** That of the operating system (`ECONNREFUSED`), or empty. */
  get code(): string {
    const { cause } = this;
    return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  }
}
