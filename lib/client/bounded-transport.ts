import type { Transport } from '../api/request';

/** Requests of one client at the same time. An API server gives a user's requests about as many places before it lets them queue. */
export const MOST_IN_FLIGHT = 24;

/** Lets so many requests wait for their answers at the same time; the others wait for these, first come first served. Watches and logs count until they begin. */
export function bounded(transport: Transport, most: number = MOST_IN_FLIGHT): Transport {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (request) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await transport(request);
    } finally {
      const next = waiting.shift();
      if (next) next(); // it takes this place
      else running -= 1;
    }
  };
}
