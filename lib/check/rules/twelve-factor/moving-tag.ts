import { containersIn } from '../../containers-in';
import type { Rule } from '../../rule';

const MOVING = /:(main|master|trunk|develop|dev|development|edge|nightly|canary|snapshot|stable|staging|testing|test|qa|prod|production|current|newest|release)$/;

const pod = (tag: string) => `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers: [{ name: web, image: registry.example.com/shop:${tag} }]
`;

/** A tag that is the name of a branch or of an environment: what it means changes, and nodes that have it do not look again. */
export const movingTag: Rule = {
  id: 'moving-tag',
  severity: 'warning',
  summary: 'The tag of the image names a branch or an environment, not a release',
  why: 'A release is made once and never changes. Behind such a tag the image does: nodes that have it keep the old one, others pull the new one, so copies of one process differ, and going back to the previous release is not possible.',
  seeAlso: 'https://12factor.net/build-release-run',
  examples: { fails: pod('main'), passes: pod('1.4.2') },

  *check(objects) {
    for (const { container, path, template: { object } } of containersIn(objects)) {
      const { image = '' } = container;
      const [, tag] = MOVING.exec(image) ?? [];
      if (tag) yield { object, field: `${path}.image`, message: `${image} is whatever ${tag} was when a node pulled it`, fix: 'use a tag that is made once, such as a version or the revision, or the digest' };
    }
  },
};
