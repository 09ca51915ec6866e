import type { Command } from './command';

/** `twelve explain`: what a rule finds and why, or what a field of Kubernetes means. */
export const explain: Command = {
  name: 'explain',
  summary: 'What a rule of twelve check, or a field of Kubernetes, means',
  arguments: [{ name: 'what', summary: 'a rule (floating-tag) or a field (deployment.spec.replicas); without it, every rule' }],
  examples: ['twelve explain', 'twelve explain floating-tag', 'twelve explain deployment.spec.template.spec.containers'],

  async run({ args: [what], out }) {
    const [{ ruleDescriptions }, { explainRule, listRules }] = await Promise.all([import('../../../lib/check/rule-descriptions.js'), import('../explain/explain-rule.js')]);
    if (what === undefined) return out.lines(listRules());
    const rules = ruleDescriptions();
    const rule = rules.find(({ id }) => id === what);
    if (rule) return out.lines(explainRule(rule));
    const [{ explainField }, { tryNearest }] = await Promise.all([import('../explain/explain-field.js'), import('../../../lib/base/nearest.js')]);
    const meant = tryNearest(what, rules.map(({ id }) => id));
    if (meant && what.includes('-')) throw new Error(`there is no rule ${what}; did you mean ${meant}?`);
    out.lines(explainField(what));
  },
};
