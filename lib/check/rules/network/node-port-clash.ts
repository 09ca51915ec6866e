import type { Rule } from '../../rule';

const service = (name: string, port: number) => `
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec:
  type: NodePort
  ports: [{ port: 80, nodePort: ${port} }]
---`;

/** Two Services ask for the same port of the nodes. The server gives it to the first. */
export const nodePortClash: Rule = {
  id: 'node-port-clash',
  severity: 'error',
  summary: 'Two Services want the same node port',
  why: 'A node port is there once in a cluster. The API server refuses the second Service: provided port is already allocated.',
  seeAlso: 'https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport',
  ignorable: false,
  examples: { fails: `${service('web', 30080)}${service('api', 30080)}`, passes: `${service('web', 30080)}${service('api', 30081)}` },

  *check(objects) {
    const taken = new Map<string, string>();
    for (const object of objects.ofKind('Service')) {
      for (const [index, { nodePort, protocol = 'TCP' }] of (object.spec?.ports ?? []).entries()) {
        if (!nodePort) continue;
        const key = `${nodePort}/${protocol}`;
        const first = taken.get(key);
        if (first !== undefined && first !== object.metadata.name) yield { object, field: `spec.ports[${index}].nodePort`, message: `${key} is Service ${first}'s`, fix: 'remove nodePort, so that a free one is taken, or write another one' };
        taken.set(key, first ?? object.metadata.name ?? '');
      }
    }
  },
};
