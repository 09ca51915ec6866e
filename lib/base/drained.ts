import type { Writable } from 'node:stream';

const waiting = new WeakMap<Writable, Promise<void>>();

/** Resolves when a stream whose `write` answered false takes more, or is gone. However many wait, the stream gets one set of listeners. */
export function drained(stream: Writable): Promise<void> {
  if (stream.destroyed || !stream.writableNeedDrain) return Promise.resolve();
  const known = waiting.get(stream);
  if (known) return known;
  const result = new Promise<void>((resolve) => {
    const done = () => {
      for (const event of ['drain', 'close', 'error']) stream.off(event, done);
      waiting.delete(stream);
      resolve();
    };
    for (const event of ['drain', 'close', 'error']) stream.on(event, done);
  });
  waiting.set(stream, result);
  return result;
}
