import type { RuleDescription } from './rule';

const SEE = 'https://12factor.net/';

const pod = (annotation: string) => `
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations: { ${annotation} }
spec:
  containers:
    - { name: web, image: shop }
`;

const RIGHT = pod("'ignore.twelve-factor.dev/floating-tag': 'the mirror serves one version only'");

/** What can be wrong with an `ignore.twelve-factor.dev/…` annotation. They cannot be ignored themselves. */
export const ignoreWithoutReason: RuleDescription = {
  id: 'ignore-without-reason',
  severity: 'error',
  summary: 'A finding is ignored without a reason',
  why: 'Whoever reads it later cannot tell whether it still holds, so it is never removed. The finding counts until the annotation says why it should not.',
  seeAlso: SEE,
  ignorable: false,
  examples: { fails: pod("'ignore.twelve-factor.dev/floating-tag': ''"), passes: RIGHT },
};

export const ignoreUnknownRule: RuleDescription = {
  id: 'ignore-unknown-rule',
  severity: 'error',
  summary: 'A rule is ignored that does not exist',
  why: 'Most likely its name is mistyped, and what was meant to be ignored is not.',
  seeAlso: SEE,
  ignorable: false,
  examples: { fails: pod("'ignore.twelve-factor.dev/floting-tag': 'the mirror serves one version only'"), passes: RIGHT },
};

export const ignoreNotAllowed: RuleDescription = {
  id: 'ignore-not-allowed',
  severity: 'warning',
  summary: 'A rule is ignored that cannot be',
  why: 'The API server refuses the object whatever an annotation says. The annotation has no effect.',
  seeAlso: SEE,
  ignorable: false,
  examples: { fails: pod("'ignore.twelve-factor.dev/ignore-without-reason': 'we know'"), passes: RIGHT },
};

export const unneededIgnore: RuleDescription = {
  id: 'unneeded-ignore',
  severity: 'warning',
  summary: 'Something is ignored that is not found',
  why: 'The annotation outlived its cause. It would silence the next finding of that rule, which nobody has judged.',
  seeAlso: SEE,
  ignorable: false,
  examples: { fails: pod("'ignore.twelve-factor.dev/grace-period': 'it stops at once'"), passes: RIGHT },
};

export const ignoreRules: readonly RuleDescription[] = [ignoreWithoutReason, ignoreUnknownRule, ignoreNotAllowed, unneededIgnore];
