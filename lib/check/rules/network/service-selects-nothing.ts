import { matchesLabels } from '../../../api/selectors';
import type { Labels } from '../../../api/types';
import type { Rule } from '../../rule';

/** A Service whose selector matches no pod of the same manifests sends its clients to nobody. A warning: the pods may come from elsewhere. */
export const serviceSelectsNothing: Rule = {
  id: 'service-selects-nothing',
  severity: 'warning',
  summary: 'The Service selects no pods',
  why: 'Its name resolves and its address exists, but every connection is refused. Most often one label was changed and not the other.',
  seeAlso: 'https://kubernetes.io/docs/concepts/services-networking/service/',
  examples: {
    fails: `
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: wbe }
  ports: [{ port: 80 }]
---
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec:
  containers:
    - { name: web, image: nginx:1.27.3 }
`,
    passes: `
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
---
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec:
  containers:
    - { name: web, image: nginx:1.27.3 }
`,
  },

  *check(objects) {
    for (const service of objects.ofKind('Service')) {
      const selector = service.spec?.selector;
      if (!selector || service.spec.type === 'ExternalName') continue; // endpoints are managed by hand, or there are none

      const templates = objects.podTemplatesOf(service.metadata.namespace);
      if (templates.some((template) => matchesLabels(selector, template.labels))) continue;

      yield {
        object: service,
        field: 'spec.selector',
        message: `no pod of these manifests has the labels ${format(selector)}`,
        fix: nearest(selector, templates) ?? 'add a workload with these labels, or remove the selector to manage the endpoints yourself',
      };
    }
  },
};

/** The workload that differs in one label only is most likely the one that was meant. */
function nearest(selector: Labels, templates: readonly { readonly owner: string; readonly labels: Labels }[]): string | undefined {
  const close = templates.find(({ labels }) => Object.entries(selector).filter(([key, value]) => labels[key] !== value).length === 1);
  return close && `${close.owner} has ${format(close.labels)}: use its labels`;
}

const format = (labels: Labels) => Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(',');
