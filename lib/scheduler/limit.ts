/** Runs at most so many calls at once; the others wait in order. */
export class Limit {
  private active = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly maximum: number) {}

  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.active >= this.maximum) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.active += 1;
    try {
      return await call();
    } finally {
      const next = this.waiting.shift();
      if (next) next(); // its place is handed on
      else this.active -= 1;
    }
  }
}
