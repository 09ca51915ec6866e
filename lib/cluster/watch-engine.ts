import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Clock } from '../base/clock';

/** A daemon that was started needs this long to have made its own rules. */
const SETTLE = 2_000;

/** Calls back some time after the engine's socket was made anew: its daemon was restarted. Ends with the signal; does nothing where the folder cannot be watched. */
export function onEngineRestart(socketPath: string, callback: () => void, { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal }): void {
  let cancel: (() => void) | undefined;
  try {
    const watcher = fs.watch(path.dirname(fs.realpathSync(socketPath)), { persistent: false, signal }, (_event, file) => {
      if (file !== path.basename(socketPath)) return;
      cancel?.();
      cancel = clock.setTimer(SETTLE, callback);
    });
    watcher.on('error', () => undefined);
  } catch {
    return; // the socket is not there; whoever needs the engine says so
  }
}
