import type { Duration } from 'cdk8s';
import { durationText } from './duration-text';

/** Kubernetes counts in whole seconds. Throws for parts of one, and for less than `least`. */
export function wholeSeconds(what: string, duration: Duration | undefined, { fallback, least }: { readonly fallback: number; readonly least: number }): number {
  if (!duration) return fallback;
  const seconds = duration.toMilliseconds() / 1000;
  if (Number.isInteger(seconds) && seconds >= least) return seconds;
  throw new Error(`${what} is ${durationText(duration)}; it must be a whole number of seconds from ${least}; leave it out for ${fallback} s`);
}
