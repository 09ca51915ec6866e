import { containersIn } from '../../containers-in';
import type { PodTemplate } from '../../pod-templates';
import type { Rule } from '../../rule';

const VARIABLE = /^(NODE_ENV|RAILS_ENV|RACK_ENV|APP_ENV|FLASK_ENV|FLASK_DEBUG|ASPNETCORE_ENVIRONMENT|DOTNET_ENVIRONMENT|SYMFONY_ENV|MIX_ENV|GIN_MODE)$/;
const DEVELOPMENT = /^(dev|development|debug|local|test|1)$/i;
const PRODUCTION = /^(prod|production|live)$|^(prod|production)-|-(prod|production)$/i;
const LABELS = ['environment', 'env', 'stage', 'app.kubernetes.io/environment', 'tags.datadoghq.com/env'];

const pod = (value: string) => `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop-prod }
spec:
  containers: [{ name: web, image: shop:1.4.2, env: [{ name: NODE_ENV, value: ${value} }] }]
`;

/** Production runs with the settings of a developer. */
export const environmentName: Rule = {
  id: 'environment-name',
  severity: 'warning',
  summary: 'A production process runs in development mode',
  why: 'Frameworks then show stack traces and consoles to everybody, do without caches, and load tools for development. The value was copied from another environment.',
  seeAlso: 'https://12factor.net/dev-prod-parity',
  examples: { fails: pod('development'), passes: pod('production') },

  *check(objects) {
    for (const { container, path, template } of containersIn(objects)) {
      const where = tryProduction(template);
      if (!where) continue;
      for (const [index, { name, value }] of (container.env ?? []).entries()) {
        if (VARIABLE.test(name) && value !== undefined && DEVELOPMENT.test(value)) yield { object: template.object, field: `${path}.env[${index}].value`, message: `${name} is ${value}, and ${where}`, fix: 'use the value for production' };
      }
    }
  },
};

function tryProduction({ object: { metadata: { namespace, labels: own } }, labels }: PodTemplate): string | undefined {
  if (namespace && PRODUCTION.test(namespace)) return `its namespace is ${namespace}`;
  const all: Readonly<Record<string, string>> = { ...own, ...labels };
  const key = LABELS.find((candidate) => PRODUCTION.test(all[candidate] ?? ''));
  return key && `its label says ${key}=${all[key]}`;
}
