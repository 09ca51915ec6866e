/**
 * Calls `count` times, 1, 2, 4, … at once, and stops after a batch with a failure: what is refused for one (a quota) is refused for all, and must not cost
 * hundreds of requests each time. Returns how many were skipped and the first failure.
 */
export async function slowStart(count: number, call: (index: number) => Promise<void>): Promise<{ readonly skipped: number; readonly error?: unknown }> {
  for (let done = 0, size = 1; done < count; done += size, size = Math.min(2 * size, count - done)) {
    size = Math.min(size, count - done);
    const results = await Promise.allSettled(Array.from({ length: size }, (_, i) => call(done + i)));
    const failure = results.find((result) => result.status === 'rejected');
    if (failure) return { skipped: count - done - size, error: failure.reason };
  }
  return { skipped: 0 };
}
