import { setFlagsFromString } from 'node:v8';

/**
 * Lets this process's threads optimize only what runs for long, twelve times later than V8 would. A check of many objects runs some thousand functions for some milliseconds each: to
 * optimize them all took a quarter of its processor time, on the cores that its threads need.
 */
export function optimizeLater(): void {
  setFlagsFromString('--interrupt-budget=800000');
}
