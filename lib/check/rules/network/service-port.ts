import { describePorts, listedPorts } from '../../container-ports';
import type { CheckedObjects } from '../../checked-objects';
import type { PodTemplate } from '../../pod-templates';
import type { Rule } from '../../rule';
import { selectedPods } from '../../selected-pods';

const web = (targetPort: string) => `
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80, targetPort: ${targetPort} }]
---
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec:
  containers:
    - { name: web, image: shop:1.4.2, ports: [{ name: http, containerPort: 8080 }] }
`;

/** A Service sends to a port by a name that no container of its pods has. */
export const servicePort: Rule = {
  id: 'service-port',
  severity: 'error',
  summary: 'The Service sends to a named port that its pods do not have',
  why: 'Kubernetes looks the name up among the ports of the containers. As none has it, the port of the Service has no endpoints: every connection to it is refused, while the pods are ready.',
  seeAlso: 'https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports',
  examples: { fails: web('web'), passes: web('http') },

  *check(objects) {
    for (const { service, pods, target, index, protocol } of targets(objects)) {
      if (typeof target !== 'string' || pods.some((pod) => listedPorts(pod).some((port) => port.name === target && port.protocol === protocol))) continue;
      yield {
        object: service, field: `spec.ports[${index}].targetPort`,
        message: `no container of ${pods[0].owner} has a ${protocol} port named ${target}; it lists ${describePorts(pods.flatMap(listedPorts))}`,
        fix: `use a name that a container gives to its port, or add name: ${target} to it`,
      };
    }
  },
};

/** A Service sends to a number that its pods do not list, though they list others. */
export const servicePortUnlisted: Rule = {
  id: 'service-port-unlisted',
  severity: 'warning',
  summary: 'The Service sends to a port that its pods do not list',
  why: 'The list of a container is information only, so it may work. But where a container lists its ports and this is none of them, the number was mostly changed in one place: the pods are ready and every connection is refused.',
  seeAlso: 'https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports',
  examples: { fails: web('8000'), passes: web('8080') },

  *check(objects) {
    for (const { service, pods, target, index, protocol } of targets(objects)) {
      if (typeof target !== 'number') continue;
      const ports = pods.flatMap(listedPorts);
      if (!pods.every((pod) => pod.containers.some(({ container, init }) => !init && container.ports?.length)) || ports.some((port) => port.number === target && port.protocol === protocol)) continue;
      yield {
        object: service, field: `spec.ports[${index}].targetPort`,
        message: `the containers of ${pods[0].owner} list ${describePorts(ports)}, not ${target}/${protocol}`,
        fix: ports.length === 1 ? `set targetPort: ${ports[0].name ?? ports[0].number}` : 'use a port that a container listens on, and list it there',
      };
    }
  },
};

/** The ports of Services with the pods that they select; a port of a headless Service without targetPort is for its name only. */
function* targets(objects: CheckedObjects) {
  for (const service of objects.ofKind('Service')) {
    const { spec, metadata: { namespace } } = service;
    if (!spec?.selector || Object.keys(spec.selector).length === 0 || spec.type === 'ExternalName') continue;
    const pods: readonly PodTemplate[] = selectedPods(objects, namespace, { matchLabels: spec.selector });
    if (pods.length === 0) continue;
    for (const [index, { port, targetPort = port, protocol = 'TCP' }] of (spec.ports ?? []).entries()) {
      yield { service, pods, index, protocol, target: targetPort as string | number };
    }
  }
}
