import type { Clock } from '../base/clock';

/** Bindings that wait for volumes: looked at again after each change of claims and volumes. */
export class StorageWaiters {
  private readonly waiting = new Set<() => void>();

  changed(): void {
    for (const look of [...this.waiting]) look();
  }

  /** Resolves when the condition holds; rejects when it throws, when time is up, or when the signal aborts. */
  wait(condition: () => boolean, milliseconds: number, clock: Clock, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        this.waiting.delete(look);
        cancel();
        settle();
      };
      const look = () => {
        try {
          if (signal.aborted) end(() => reject(new Error('the scheduler stops')));
          else if (condition()) end(resolve);
        } catch (error) {
          end(() => reject(error));
        }
      };
      const cancel = clock.setTimer(milliseconds, () => end(() => reject(new Error('binding volumes: timed out waiting for the condition'))));
      this.waiting.add(look);
      look();
    });
  }
}
