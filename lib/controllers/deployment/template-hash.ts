import type { DeepReadonly } from '../../base/deep-readonly';
import type { PodTemplateSpec } from '../../api/types';

export const HASH_LABEL = 'pod-template-hash';

/** Letters and digits that make no words. As upstream's SafeEncodeString. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** A short name for a template: the same for equal templates in every process and release. */
export function templateHash(template: DeepReadonly<PodTemplateSpec>, collisionCount = 0): string {
  const digits = String(fnv32a(canonical(template) + (collisionCount > 0 ? `#${collisionCount}` : '')));
  return [...digits].map((digit) => ALPHABET[digit.charCodeAt(0) % ALPHABET.length]).join('');
}

/** The two would make the same pods: everything but the hash label is equal. */
export function equalTemplates(a: DeepReadonly<PodTemplateSpec>, b: DeepReadonly<PodTemplateSpec>): boolean {
  return canonical(withoutHash(a)) === canonical(withoutHash(b));
}

function withoutHash(template: DeepReadonly<PodTemplateSpec>): DeepReadonly<PodTemplateSpec> {
  const labels = { ...template.metadata?.labels };
  delete labels[HASH_LABEL];
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** JSON with sorted keys; null and empty are the same as absent. */
function canonical(value: unknown): string {
  return JSON.stringify(prune(value)) ?? '';
}

function prune(value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.length > 0 ? value.map(prune) : undefined;
  if (typeof value !== 'object') return value;
  const entries = Object.entries(value).flatMap(([key, field]) => {
    // An empty object of a volume or security context says something (`emptyDir: {}`); metadata's creationTimestamp: null does not.
    const pruned = typeof field === 'object' && field !== null && !Array.isArray(field) && Object.keys(field).length === 0 ? (key === 'labels' || key === 'metadata' ? undefined : {}) : prune(field);
    return pruned === undefined ? [] : [[key, pruned] as const];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
