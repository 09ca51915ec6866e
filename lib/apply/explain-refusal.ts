import { isConflict } from '../api/status-error';
import { describeObject, type Manifest } from './load/manifest';

/** Why the server did not take an object, and what to do. */
export function explainRefusal({ object, source }: Manifest, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const hint = isConflict(error) ? '\n  take the fields over with --force-conflicts, or leave them out of the manifest' : '';
  return `${describeObject(object)} (${source}): ${message}${hint}`;
}
