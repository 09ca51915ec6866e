import { describe, expect, it } from 'vitest';
import { checkObjects } from '../../lib/check/check-objects';
import { rules } from '../../lib/check/index';
import { parseManifests } from '../../lib/apply/load/parse-manifests';

const check = (yaml: string, only?: (typeof rules)[number]) => checkObjects(parseManifests(yaml, 'example.yaml').map(({ object }) => object), only ? [only] : rules);

describe.each(rules.map((rule) => [rule.id, rule] as const))('the examples of %s', (id, rule) => {
  it('are found by it, or pass it', () => {
    expect(check(rule.examples.fails).map((finding) => finding.rule)).toContain(id);
    expect(check(rule.examples.passes, rule)).toEqual([]);
  });
});

it('every rule has a name of its own', () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
});
