import { containersIn } from '../../containers-in';
import type { Rule } from '../../rule';

const pod = (variables: string) => `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: shop:1.4.2
      env: [${variables}]
`;
const HOST = '{ name: DB_HOST, value: db }';
const URL = "{ name: DB_URL, value: 'postgres://$(DB_HOST)/shop' }";

/** A variable is made from one that is defined after it: the text $(…) stays as it is. */
export const variableOrder: Rule = {
  id: 'variable-order',
  severity: 'warning',
  summary: 'A variable refers to one that is defined after it',
  why: 'Kubernetes fills in $(NAME) from the variables above it in the list only. Otherwise the program gets the text $(NAME) itself, and no error says so.',
  seeAlso: 'https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/',
  examples: { fails: pod(`${URL}, ${HOST}`), passes: pod(`${HOST}, ${URL}`) },

  *check(objects) {
    for (const { container, path, template: { object } } of containersIn(objects)) {
      if (container.envFrom?.length) continue; // it may be there already
      const variables = container.env ?? [];
      const first = new Map([...variables].map(({ name }, index) => [name, index] as const).reverse());
      for (const [index, { name, value }] of variables.entries()) {
        const later = [...(value ?? '').matchAll(/\$\$|\$\(([\w.-]+)\)/g)].map(([, reference]) => reference).find((reference) => reference !== undefined && (first.get(reference) ?? -1) > index);
        if (later) yield { object, field: `${path}.env[${index}].value`, message: `${name} refers to ${later}, which comes after it`, fix: `move ${later} above ${name}` };
      }
    }
  },
};
