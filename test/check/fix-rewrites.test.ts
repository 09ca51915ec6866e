import * as yaml from 'yaml';
import { expect, it } from 'vitest';
import { tryFixDocument } from '../../lib/check/fix-yaml';

const fix = (text: string, ...edits: Parameters<typeof tryFixDocument>[2][number][]) => tryFixDocument(yaml, text, edits);

it('an edit makes the maps on its way that are missing, as plain maps', () => {
  expect(fix('spec:\n  a: 1\n', { op: 'set', path: ['spec', 'securityContext', 'seccompProfile', 'type'], value: 'RuntimeDefault' }))
    .toBe('spec:\n  a: 1\n  securityContext:\n    seccompProfile:\n      type: RuntimeDefault\n');
});

it('a document that is written anew keeps its distance from the marker before it', () => {
  expect(fix('\n# why\nspec:\n  list:\n    - a: { b: 1 }\n', { op: 'remove', path: ['spec', 'list', 0, 'a', 'b'] })).toMatch(/^\n# why\nspec:/);
});
