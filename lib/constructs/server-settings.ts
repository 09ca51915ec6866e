import { parseDuration } from './duration-text';
import type { ShutdownSeconds } from './shutdown-options';

/** An environment variable by which a server is told how to shut down. */
export interface ServerSetting {
  readonly name: string;
  readonly value: string;
  /** What is wrong with a value that the program gives itself. */
  readonly problemOf: (text: string) => string | undefined;
}

/** gunicorn reads more of its command line from here. Longer requests than its 30 s would be ended by its watchdog as well. */
export function gunicornSettings(seconds: ShutdownSeconds): readonly ServerSetting[] {
  const wanted = `--graceful-timeout ${seconds.longestRequest}`;
  const value = seconds.longestRequest > 30 ? `${wanted} --timeout ${seconds.longestRequest}` : wanted;
  return [{
    name: 'GUNICORN_CMD_ARGS', value,
    problemOf(text) {
      const found = /--graceful-timeout[= ](\d+)/.exec(text)?.[1];
      return found === undefined ? `has no --graceful-timeout; add "${wanted}" to it` : outside(Number(found), seconds);
    },
  }];
}

/** Read by uvicorn's command line, 0.22 and newer. */
export const uvicornSettings = (seconds: ShutdownSeconds): readonly ServerSetting[] => [
  { name: 'UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN', value: String(seconds.longestRequest), problemOf: (text) => outside(/^\d+$/.test(text) ? Number(text) : undefined, seconds) },
];

/** Spring Boot 2.3 and newer; the names are those of its relaxed binding: dots become underscores, dashes go. */
export const springSettings = (seconds: ShutdownSeconds): readonly ServerSetting[] => [
  { name: 'SERVER_SHUTDOWN', value: 'graceful', problemOf: (text) => (text.toLowerCase() === 'graceful' ? undefined : 'is not "graceful": requests in progress would be cut off; leave it out') },
  { name: 'SPRING_LIFECYCLE_TIMEOUTPERSHUTDOWNPHASE', value: `${seconds.longestRequest}s`, problemOf: (text) => outside(springSeconds(text), seconds) },
];

/** A plain number means milliseconds. */
function springSeconds(text: string): number | undefined {
  const milliseconds = /^\d+$/.test(text) ? Number(text) : parseDuration(text);
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}

/** A server's own timeout must let the longest request end, and be over before the pod is killed. */
export function outside(found: number | undefined, { settle, longestRequest, gracePeriod }: ShutdownSeconds): string | undefined {
  if (found === undefined) return 'is not a time that can be read; leave it out';
  if (found < longestRequest) return `is ${found} s, shorter than the longest request of ${longestRequest} s, which would be cut off; make them the same`;
  if (settle + found >= gracePeriod) return `is ${found} s, and with ${settle} s before it longer than the grace period of ${gracePeriod} s; make longestRequest ${found} s`;
  return undefined;
}
