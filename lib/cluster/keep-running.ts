import { backoffDelay } from '../base/backoff';
import { type Clock, sleep } from '../base/clock';
import type { Logger } from '../base/logger';

export interface PartContext {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Told of every failed try. */
  readonly onFailure?: (error: unknown) => void;
}

export interface RunningPart {
  /** Resolves when the part has ended by itself. */
  readonly ended?: Promise<unknown>;
}

/**
 * Starts a part of the runtime, again and again with backoff while its start fails or it ends by itself. `run` resolves with a promise of the part's end
 * (or nothing for a part that ends with the signal alone). Resolves when it is up for the first time, or the signal has aborted.
 */
export function keepRunning(name: string, run: (signal: AbortSignal) => Promise<RunningPart | void>, { clock, logger, signal, onFailure }: PartContext): Promise<void> {
  return new Promise((started) => {
    const loop = async () => {
      for (let failures = 0; !signal.aborted;) {
        const attempt = new AbortController();
        try {
          const part = await run(AbortSignal.any([signal, attempt.signal]));
          started();
          failures = 0;
          if (!part?.ended) return;
          await part.ended;
          if (!signal.aborted) logger.warn(`${name} ended; starting it again`);
        } catch (error) {
          if (signal.aborted) break;
          onFailure?.(error);
          logger.error(`${name} failed; starting it again`, { error, failures });
        }
        attempt.abort();
        failures += 1;
        await sleep(clock, backoffDelay(failures, { initial: 250, maximum: 15_000 }), signal);
      }
      started();
    };
    void loop();
  });
}
