import { describe, expect, it } from 'vitest';
import { ignoreRules } from '../../lib/check/ignore-rules';
import { floatingTag } from '../../lib/check/rules/workloads/floating-tag';
import { checkText } from './read';

const only = { rules: [floatingTag] };

function deployment(annotations: string, templateAnnotations = '{}', name = 'web', image = 'shop'): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, annotations: ${annotations} }
spec:
  template:
    metadata: { annotations: ${templateAnnotations} }
    spec: { containers: [{ name: web, image: ${image} }] }
---`;
}

const REASON = '{ ignore.twelve-factor.dev/floating-tag: pinned by the mirror }';
const found = (text: string) => checkText(text, only).findings.map(({ rule, message, fix, field }) => ({ rule, message, fix, field }));

describe('an annotation', () => {
  it.each([[deployment(REASON)], [deployment('{}', REASON)]])('on the object or on its pod template ignores the finding, and its reason is kept', (text) => {
    const { findings, ignored } = checkText(text, only);
    expect(findings).toEqual([]);
    expect(ignored).toMatchObject([{ finding: { rule: 'floating-tag' }, reason: 'pinned by the mirror' }]);
  });

  it('ignores nothing on other objects', () => {
    expect(found(deployment(REASON) + deployment('{}', '{}', 'other'))).toMatchObject([{ rule: 'floating-tag' }]);
  });

  it('without a reason ignores nothing, and is found itself', () => {
    expect(found(deployment("{ ignore.twelve-factor.dev/floating-tag: ' ' }")).map(({ rule }) => rule).sort()).toEqual(['floating-tag', 'ignore-without-reason']);
  });

  it('with a rule that does not exist is found, with the one that was meant', () => {
    expect(found(deployment('{ ignore.twelve-factor.dev/floting-tag: x }', '{}', 'web', 'shop:1')))
      .toEqual([{ rule: 'ignore-unknown-rule', message: 'there is no rule floting-tag', fix: 'write floating-tag, or remove the annotation', field: 'metadata.annotations[ignore.twelve-factor.dev/floting-tag]' }]);
  });

  it('that nothing needs is found once, and not where another object of the same reason needs it', () => {
    expect(found(deployment(REASON, '{}', 'a', 'shop:1') + deployment(REASON, '{}', 'b', 'shop:1'))).toMatchObject([{ rule: 'unneeded-ignore' }]);
    expect(found(deployment(REASON, '{}', 'a', 'shop:1') + deployment(REASON, '{}', 'b'))).toEqual([]);
  });

  it('of a rule that is not looked for this time is left alone', () => {
    expect(found(deployment('{ ignore.twelve-factor.dev/grace-period: x }', '{}', 'web', 'shop:1'))).toEqual([]);
  });

  it('does not silence what the server refuses anyway', () => {
    const rule = { ...floatingTag, ignorable: false as const };
    expect(checkText(deployment(REASON), { rules: [rule] }).findings.map((finding) => finding.rule)).toEqual(['floating-tag', 'ignore-not-allowed']);
  });
});

it.each(ignoreRules.map((rule) => [rule.id, rule] as const))('the examples of %s are found by it, or pass it', (id, { examples }) => {
  expect(checkText(examples.fails).findings.map(({ rule }) => rule)).toContain(id);
  expect(checkText(examples.passes).findings.map(({ rule }) => rule).filter((rule) => rule.includes('ignore'))).toEqual([]);
});
