import { expect } from 'vitest';

/** Each is in the text, after the one before it. */
export function expectInOrder(text: string, parts: readonly (string | RegExp)[]): void {
  let rest = text;
  for (const part of parts) {
    const at = typeof part === 'string' ? rest.indexOf(part) : rest.search(part);
    expect(at, `${String(part)} in order in\n${text}`).toBeGreaterThanOrEqual(0);
    rest = rest.slice(at);
  }
}
