import type { Rule } from '../../rule';

/** An address that the cluster gives out, written down: it fits one cluster, once. */
export const fixedClusterIp: Rule = {
  id: 'fixed-cluster-ip',
  severity: 'warning',
  summary: 'The Service asks for an address of its own choice',
  why: 'The address must lie in the range of that one cluster and be free, or the Service is refused; and it can never be changed. Most often it came with an export of a running Service. Clients find the Service by its name.',
  seeAlso: 'https://kubernetes.io/docs/concepts/services-networking/service/#choosing-your-own-ip-address',
  examples: {
    fails: `
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  clusterIP: 10.96.12.7
  selector: { app: web }
  ports: [{ port: 80 }]
`,
    passes: `
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
`,
  },

  *check(objects) {
    for (const object of objects.ofKind('Service')) {
      const { clusterIP, clusterIPs } = object.spec ?? {};
      const address = clusterIP ?? clusterIPs?.[0];
      if (!address || address === 'None') continue;
      yield {
        object, field: clusterIP === undefined ? 'spec.clusterIPs' : 'spec.clusterIP', message: `the address ${address} is of one cluster, and cannot be changed afterwards`,
        fix: 'remove it: the cluster gives the Service an address, and the name resolves to it',
      };
    }
  },
};
