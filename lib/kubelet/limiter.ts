/** Lets so many actions run at a time; the others wait in the order they came. */
export class Limiter {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly maximum: number) {}

  async run<T>(action: () => Promise<T>): Promise<T> {
    if (this.running >= this.maximum) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running++;
    try {
      return await action();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }
}
