import { describe, expect, it } from 'vitest';
import { tryDescription } from '../../apps/cli/explain/descriptions';
import { explainField } from '../../apps/cli/explain/explain-field';
import { explainRule, listRules } from '../../apps/cli/explain/explain-rule';
import { wrap } from '../../apps/cli/explain/wrap';
import { explain } from '../../apps/cli/commands/explain';
import { createOutput } from '../../apps/cli/output/output';
import { ruleDescriptions } from '../../lib/check/rule-descriptions';
import { rules } from '../../lib/check/index';

const text = (words: string) => explainField(words).join('\n');

describe('the explanation of a field', () => {
  it('has its type, Kubernetes\' words, its fields, and the rules that look at it', () => {
    expect(text('deploy.spec.template.spec.containers.image')).toMatch(/^Deployment\.spec\.template\.spec\.containers\.image: string\n[^]*Container image name[^]*Checked by:\n {2}[^]*floating-tag/);
    expect(text('services.spec.ports')).toMatch(/: \[\]ServicePort\n[^]*Fields:\n[^]*targetPort +IntOrString/);
    expect(text('service.spec.ports.protocol')).toContain('default: "TCP"');
    expect(text('pod.spec.containers.name')).toContain('string, required');
  });

  it('says what the bundled runtime does with it', () => {
    expect(text('pod.spec.volumes.nfs')).toContain('refused by the bundled runtime: there is no driver');
    expect(text('configmap.immutable')).toContain('bundled runtime: changes are refused');
  });

  it('of a name that does not exist is the name that was meant', () => {
    expect(() => text('pod.spec.contaners')).toThrow('pod.spec.contaners: there is no field contaners in Pod.spec; did you mean containers?');
    expect(() => text('deploymnt')).toThrow('did you mean deployment?');
    expect(() => text('pod.spec.hostname.first')).toThrow('it has no fields');
    expect(() => text('configmap.zzzzzzzzz')).toThrow('it has apiVersion, binaryData, data');
  });

  it('of a whole kind is its description', () => {
    expect(text('networkpolicy')).toMatch(/^NetworkPolicy \(networking\.k8s\.io\/v1\)\n\nNetworkPolicy describes/);
    expect(tryDescription('io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService')).toBeUndefined();
  });
});

describe('the explanation of a rule', () => {
  it('has the reason, both examples, and how it is ignored', () => {
    const [rule] = rules.filter(({ id }) => id === 'floating-tag');
    expect(explainRule(rule).join('\n')).toMatch(/^floating-tag: .* \(warning\)\n\n[^]*Found:\n {2}apiVersion[^]*Passes:\n[^]*ignore\.twelve-factor\.dev\/floating-tag/);
    expect(explainRule({ ...rule, ignorable: false }).join('\n')).toContain('cannot be ignored');
  });

  it('is found in the list of all', () => {
    expect(listRules().filter((line) => /^ {2}\S/.test(line))).toHaveLength(ruleDescriptions().length);
  });

  it.each(['syntax', 'ignore-without-reason'])('is there for %s too, which no object is looked at by', async (rule) => {
    let told = '';
    const out = createOutput({ write: (words: string) => { told += words; } }, { write: () => undefined });
    await explain.run({ args: [rule], options: {}, out, environment: {}, emit: () => undefined, signal: new AbortController().signal, target: undefined as never });
    expect(told).toMatch(new RegExp(`^${rule}: .*\\(error\\)\\n[^]*It cannot be ignored\\.\\nMore: `));
  });
});

it('paragraphs are broken at spaces', () => {
  expect(wrap('one two three\nfour', 8)).toEqual(['one two', 'three', 'four']);
});
