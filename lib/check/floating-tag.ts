import { containersOf, podTemplates } from './pod-templates';
import type { Rule } from './rule';

/** An image without a version is another one tomorrow, and on the next host (factor V). */
export const floatingTag: Rule = {
  id: 'floating-tag',
  severity: 'warning',
  summary: 'The image has no fixed version',
  seeAlso: 'https://12factor.net/build-release-run',

  *check(objects) {
    for (const template of podTemplates(objects)) {
      for (const { container, path } of containersOf(template)) {
        const { image = '' } = container;
        const last = image.slice(image.lastIndexOf('/') + 1);
        if (!image || last.includes('@') || (last.includes(':') && !last.endsWith(':latest'))) continue;
        yield { object: template.object, field: `${path}.image`, message: `${image} is whatever is newest when a host pulls it`, fix: `name a version: ${image.replace(/:latest$/, '')}:<version>` };
      }
    }
  },
};
