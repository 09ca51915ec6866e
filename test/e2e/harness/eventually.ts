import { setTimeout as pause } from 'node:timers/promises';

/** Repeats `probe` until it neither throws nor returns undefined, false or '' (a field that is not there yet, by kubectl); then returns what it gave. The last failure is the cause after `limit` ms. */
export async function eventually<T>(what: string, probe: () => Promise<T | undefined | false> | T | undefined | false, limit = 180_000): Promise<T> {
  let last: unknown;
  for (const end = Date.now() + limit; Date.now() < end; await pause(100)) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false && value !== '') return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
  }
  throw new Error(`within ${limit / 1000} s it never came true: ${what}`, { cause: last });
}
