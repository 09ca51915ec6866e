import type { Rule } from '../../rule';

/** An image without a version is another one tomorrow, and on the next host (factor V). */
export const floatingTag: Rule = {
  id: 'floating-tag',
  severity: 'warning',
  summary: 'The image has no fixed version',
  why: 'A tag that moves is another program tomorrow, and on the next host. Two copies of one release can then run different code, and a rollback brings back whatever the tag points to now.',
  seeAlso: 'https://12factor.net/build-release-run',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - { name: web, image: nginx }
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - { name: web, image: nginx:1.27.3 }
`,
  },

  *check(objects) {
    for (const template of objects.podTemplates) {
      for (const { container, path } of template.containers) {
        const { image = '' } = container;
        const last = image.slice(image.lastIndexOf('/') + 1);
        if (!image || last.includes('@') || (last.includes(':') && !last.endsWith(':latest'))) continue;
        yield { object: template.object, field: `${path}.image`, message: `${image} is whatever is newest when a host pulls it`, fix: `name a version: ${image.replace(/:latest$/, '')}:<version>` };
      }
    }
  },
};
