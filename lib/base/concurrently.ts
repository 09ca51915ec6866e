/** As Promise.allSettled of all, with at most so many at the same time: a server is not asked a thousand things at once. In the order of the items. */
export async function settleConcurrently<T, R>(items: readonly T[], most: number, action: (item: T) => Promise<R>): Promise<readonly PromiseSettledResult<R>[]> {
  const results: PromiseSettledResult<R>[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await action(items[index]).then((value) => ({ status: 'fulfilled', value }) as const, (reason: unknown) => ({ status: 'rejected', reason }) as const);
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return results;
}

/** As Promise.all, with at most so many at the same time. Rejects with the first failure by order, when all have ended. */
export async function mapConcurrently<T, R>(items: readonly T[], most: number, action: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results = await settleConcurrently(items, most, action);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
