/** How long to wait before try number `failures` (1 = after the first failure). Doubles from `initial` to `maximum`. */
export interface BackoffOptions {
  /** Milliseconds before the second try. */
  readonly initial: number;
  /** No wait is longer than this many milliseconds. */
  readonly maximum: number;
}

export function backoffDelay(failures: number, { initial, maximum }: BackoffOptions): number {
  return failures <= 0 ? 0 : Math.min(maximum, initial * 2 ** Math.min(failures - 1, 40));
}
