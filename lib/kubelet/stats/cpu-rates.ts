interface Sample {
  readonly at: number;
  readonly nanoseconds: number;
}

/** Between two samples; shorter ones say more about the scheduler than about the load. */
const SHORTEST = 1000;
const REMEMBERED = 8192;

/** What counters grew by per second since they were asked for before. Nothing is sampled when nobody asks. */
export class CpuRates {
  private readonly known = new Map<string, Sample & { readonly rate?: number }>();

  /** Billionths of a core; undefined at the first time. Questions within a second have one answer. */
  tryRate(id: string, sample: Sample): number | undefined {
    const before = this.known.get(id);
    if (before && sample.at - before.at < SHORTEST) return before.rate;
    if (this.known.size >= REMEMBERED) this.known.clear();
    const rate = before && sample.nanoseconds >= before.nanoseconds ? Math.round((sample.nanoseconds - before.nanoseconds) / ((sample.at - before.at) / 1000)) : undefined;
    this.known.set(id, { ...sample, rate });
    return rate;
  }
}
