import { tryBackingServiceHost } from '../../addresses-in';
import { isLongRunning } from '../../containers-in';
import type { Rule } from '../../rule';

const LOCAL = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

const pod = (more: string) => `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: shop:1.4.2
      env: [{ name: REDIS_URL, value: 'redis://localhost:6379' }]${more}
`;

/** A backing service on localhost, and nothing in the pod that could be it. */
export const backingServiceLocalhost: Rule = {
  id: 'backing-service-localhost',
  severity: 'warning',
  summary: 'A backing service is looked for in the pod itself',
  why: 'In a pod, localhost is the pod. What ran beside the program on a laptop is not there: every connection is refused.',
  seeAlso: 'https://12factor.net/backing-services',
  examples: { fails: pod(''), passes: pod('\n    - { name: redis, image: redis:7.0.15 }') },

  *check(objects) {
    for (const { object, containers, spec } of objects.podTemplates) {
      if (spec.hostNetwork || containers.filter(isLongRunning).length > 1) continue; // a proxy or the service itself may be beside it
      for (const { container, path, init } of containers) {
        if (init) continue;
        for (const [index, { name, value }] of (container.env ?? []).entries()) {
          const host = value ? tryBackingServiceHost(name, value) : undefined;
          if (host !== undefined && LOCAL.test(host)) yield { object, field: `${path}.env[${index}].value`, message: `${name} leads to ${host}, and container ${container.name} is alone in its pod`, fix: 'use the name of the Service of the backing service' };
        }
      }
    }
  },
};
