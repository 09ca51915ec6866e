/** Steps of taking something away. With `force` a step that fails is noted, and the next one is taken all the same. */
export class Attempts {
  /** What could not be done. */
  readonly left: string[] = [];

  constructor(private readonly options: { readonly force: boolean; readonly onProgress: (what: string) => void }) {}

  /** Tells what is done, and does it. Rejects with its failure unless it is forced. */
  async attempt(what: string, action: () => Promise<unknown>): Promise<void> {
    this.options.onProgress(what);
    await action().catch((error: unknown) => {
      if (!this.options.force) throw error;
      this.left.push(error instanceof Error ? error.message : String(error));
    });
  }
}
