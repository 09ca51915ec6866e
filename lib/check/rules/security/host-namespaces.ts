import type { Rule } from '../../rule';

const SHARES = {
  hostNetwork: 'the network of its node: every port it opens is one of the node, and network policies do not apply to it',
  hostPID: 'the processes of its node: it sees their environment, and may end them',
  hostIPC: 'the shared memory of its node',
} as const;

export const hostNamespaces: Rule = {
  id: 'host-namespaces',
  severity: 'warning',
  summary: 'The pod shares a namespace with its node',
  why: 'A pod is apart from its node so that neither can harm the other. What shares the node\'s network, processes or memory sees and reaches everything there, and two copies of it do not fit on one node.',
  seeAlso: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  hostNetwork: true
  containers: [{ name: web, image: shop:1.4.2 }]
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers: [{ name: web, image: shop:1.4.2 }]
`,
  },

  *check(objects) {
    for (const { object, path, spec } of objects.podTemplates) {
      for (const field of ['hostNetwork', 'hostPID', 'hostIPC'] as const) {
        if (spec[field]) yield { object, field: `${path}.${field}`, message: `it shares ${SHARES[field]}`, fix: `remove ${field}${field === 'hostNetwork' ? '; a Service brings requests in' : ''}` };
      }
    }
  },
};
