import type { networking } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import type { CheckedObjects } from '../../checked-objects';
import { dangling } from '../../dangling';
import type { Rule } from '../../rule';

const shop = (service: string, port = '80') => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop }
spec:
  rules:
    - host: shop.example.com
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${service}, port: { number: ${port} } } } }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ name: http, port: 80 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec:
  containers: [{ name: web, image: nginx:1.27.3 }]
`;

/** An Ingress that sends to a Service which is not there. */
export const ingressBackend: Rule = {
  id: 'ingress-backend',
  severity: 'warning',
  summary: 'The Ingress sends to a Service that is not there',
  why: 'The API server does not look. The ingress controller answers 503 for these paths, or leaves the whole host out.',
  seeAlso: 'https://kubernetes.io/docs/concepts/services-networking/ingress/',
  examples: { fails: shop('wbe'), passes: shop('web') },

  *check(objects) {
    for (const { object, name, field } of backends(objects)) {
      yield* dangling(objects, [{ object, field: `${field}.name`, kind: 'Service', namespace: object.metadata.namespace, name }], ['Service', 'Deployment', 'StatefulSet', 'DaemonSet', 'Pod']);
    }
  },
};

/** An Ingress that sends to a port which the Service does not have. */
export const ingressBackendPort: Rule = {
  id: 'ingress-backend-port',
  severity: 'error',
  summary: 'The Ingress sends to a port that the Service does not have',
  why: 'The port of an Ingress is the port of the Service, by its number or name, and not that of the containers. The ingress controller answers 503.',
  seeAlso: 'https://kubernetes.io/docs/concepts/services-networking/ingress/',
  examples: { fails: shop('web', '8080'), passes: shop('web') },

  *check(objects) {
    for (const { object, name, field, port } of backends(objects)) {
      const service = objects.tryFind('Service', object.metadata.namespace, name);
      const ports = service?.spec?.ports;
      const [key, value] = port?.name !== undefined ? ['name', port.name] as const : ['number', port?.number] as const;
      if (!ports || service.spec.type === 'ExternalName' || value === undefined || ports.some((one) => (key === 'name' ? one.name : one.port) === value)) continue;
      const meant = ports.find(({ targetPort }) => targetPort === value) ?? (ports.length === 1 ? ports[0] : undefined);
      yield {
        object, field: `${field}.port.${key}`,
        message: `Service ${name} has ${ports.map((one) => (one.name ? `${one.name} (${one.port})` : one.port)).join(', ')}, not ${value}`,
        fix: meant ? `use number: ${meant.port}` : 'use a port of the Service',
      };
    }
  },
};

type Backend = DeepReadonly<networking.IngressBackend>;

function* backends(objects: CheckedObjects) {
  for (const object of objects.ofKind('Ingress')) {
    const { defaultBackend, rules = [] } = object.spec ?? {};
    const all: readonly (readonly [string, Backend | undefined])[] = [
      ['spec.defaultBackend', defaultBackend],
      ...rules.flatMap(({ http }, rule) => (http?.paths ?? []).map(({ backend }, path) => [`spec.rules[${rule}].http.paths[${path}].backend`, backend] as const)),
    ];
    for (const [field, backend] of all) {
      // The AWS controller takes what is no Service for the name of an action in an annotation.
      if (backend?.service?.name && backend.service.port?.name !== 'use-annotation') yield { object, name: backend.service.name, port: backend.service.port, field: `${field}.service` };
    }
  }
}
