import { describePorts, listedPorts } from '../../container-ports';
import type { CheckedObjects } from '../../checked-objects';
import type { PodTemplate } from '../../pod-templates';
import type { Rule } from '../../rule';
import { servicesOf } from '../../services-of';
import { selectedPods } from '../../selected-pods';

const policy = (port: string) => `
apiVersion: v1
kind: Service
metadata: { name: api }
spec: { selector: { app: api }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: api, labels: { app: api } }
spec: { containers: [{ name: api, image: shop:1.4.2, ports: [{ containerPort: 8080 }] }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: api-on-http }
spec:
  podSelector: { matchLabels: { app: api } }
  ingress: [{ ports: [{ port: ${port} }] }]
`;

/** A policy lets in on a port that the pods do not have: mostly that of the Service in front of them. */
export const policyPort: Rule = {
  id: 'policy-port',
  severity: 'warning',
  summary: 'A network policy opens a port that its pods do not have',
  why: 'Policies apply behind the Service, to the port of the container. The port of the Service, or a name that no container has, opens nothing, and clients time out.',
  seeAlso: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/',
  examples: { fails: policy('80'), passes: policy('8080') },

  *check(objects) {
    for (const object of objects.ofKind('NetworkPolicy')) {
      const rules = object.spec?.ingress ?? [];
      const pods = rules.some(({ ports }) => ports?.length) ? selectedPods(objects, object.metadata.namespace, object.spec.podSelector) : [];
      if (pods.length === 0) continue;
      const listed = pods.flatMap(listedPorts);
      for (const [rule, { ports = [] }] of rules.entries()) {
        for (const [index, { port, endPort }] of ports.entries()) {
          if (port === undefined || endPort !== undefined || listed.some(({ name, number }) => name === port || number === port)) continue;
          const service = typeof port === 'number' ? tryServiceWithPort(objects, pods, port) : undefined;
          if (typeof port === 'number' && !service) continue;
          yield {
            object, field: `spec.ingress[${rule}].ports[${index}].port`,
            message: `${service ? `${port} is the port of Service ${service}` : `no container has a port named ${String(port)}`}; the pods have ${describePorts(listed)}`,
            fix: 'use the port of the container',
          };
        }
      }
    }
  },
};

/** A Service that takes this port from its clients, and sends to another one. */
function tryServiceWithPort(objects: CheckedObjects, pods: readonly PodTemplate[], port: number): string | undefined {
  const services = pods.flatMap((pod) => servicesOf(objects, pod));
  return services.find(({ spec }) => spec.ports?.some((one) => one.port === port && one.targetPort !== undefined && one.targetPort !== port))?.metadata.name;
}
