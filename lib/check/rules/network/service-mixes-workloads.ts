import type { core } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import { listedPorts } from '../../container-ports';
import type { PodTemplate } from '../../pod-templates';
import type { Rule } from '../../rule';
import { formatLabels, selectedPods } from '../../selected-pods';

const shop = (workerLabels: string) => `
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: shop }
  ports: [{ port: 80, targetPort: http }]
---
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: shop } }
spec:
  containers: [{ name: web, image: shop:1.4.2, ports: [{ name: http, containerPort: 8080 }] }]
---
apiVersion: v1
kind: Pod
metadata: { name: worker, labels: { ${workerLabels} } }
spec:
  containers: [{ name: worker, image: shop:1.4.2, command: [node, worker.js] }]
`;

/** The labels of one process are also those of another one, which does not listen where the Service sends to. */
export const serviceMixesWorkloads: Rule = {
  id: 'service-mixes-workloads',
  severity: 'warning',
  summary: 'The Service also selects pods that do not listen on its port',
  why: 'Kubernetes sends to every pod with the labels. A worker or job that carries the label of the whole application gets a share of the requests, and refuses them: one in so many fails, and it looks like a network problem.',
  seeAlso: 'https://kubernetes.io/docs/concepts/services-networking/service/',
  examples: { fails: shop('app: shop'), passes: shop('app: shop-worker') },

  *check(objects) {
    for (const object of objects.ofKind('Service')) {
      const { spec, metadata: { namespace } } = object;
      if (!spec?.selector || Object.keys(spec.selector).length === 0) continue;
      const pods = selectedPods(objects, namespace, { matchLabels: spec.selector });
      if (pods.length < 2) continue;
      for (const port of spec.ports ?? []) {
        const listening = pods.filter((pod) => listens(pod, port));
        const [deaf] = pods.filter((pod) => !listens(pod, port));
        if (listening.length === 0 || !deaf) continue;
        yield {
          object, field: 'spec.selector',
          message: `${formatLabels(spec.selector)} selects ${listening[0].owner}, which listens on ${String(port.targetPort ?? port.port)}, and ${deaf.owner}, which does not`,
          fix: `give ${deaf.owner} other labels, or add a label to the selector that only ${listening[0].owner} has`,
        };
        break;
      }
    }
  },
};

const listens = (pod: PodTemplate, { port, targetPort, protocol = 'TCP' }: DeepReadonly<core.ServicePort>): boolean => {
  const target = (targetPort ?? port) as string | number;
  return listedPorts(pod).some(({ name, number, protocol: own }) => own === protocol && (name === target || number === target));
};
