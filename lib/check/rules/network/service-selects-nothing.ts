import { matchesLabels } from '../../../api/selectors';
import type { Rule } from '../../rule';
import { formatLabels, lacksPods, meantLabels } from '../../selected-pods';

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
    for (const object of objects.ofKind('Service')) {
      const { metadata: { namespace }, spec } = object;
      const selector = spec?.selector;
      if (!selector || spec.type === 'ExternalName') continue; // endpoints are managed by hand, or there are none
      const field = 'spec.selector';
      if (lacksPods(objects, namespace, { matchLabels: selector })) {
        yield {
          object, field, message: `no pod of these manifests has the labels ${formatLabels(selector)}`,
          fix: meantLabels(objects, namespace, { matchLabels: selector }) ?? 'add a workload with these labels, or remove the selector to manage the endpoints yourself',
        };
      } else if (objects.podTemplatesOf(namespace).length === 0) {
        const elsewhere = objects.podTemplates.find(({ labels }) => matchesLabels(selector, labels));
        if (elsewhere) yield { object, field, message: `${elsewhere.owner} has these labels and is in namespace ${elsewhere.object.metadata.namespace ?? 'that is applied to'}, the Service in ${namespace ?? 'that is applied to'}`, fix: 'put both into the same namespace' };
      }
    }
  },
};
