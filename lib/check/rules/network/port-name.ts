import type { Rule } from '../../rule';

const web = (name: string) => `
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  ports: [{ name: ${name}, port: 443 }]
`;

/** The name of a port says another protocol than it has. */
export const portName: Rule = {
  id: 'port-name',
  severity: 'warning',
  summary: 'The name of a port contradicts its protocol',
  why: 'Ingress controllers, service meshes and monitoring take the protocol from the name: they speak plain HTTP to a TLS port or the other way round. And people read it.',
  seeAlso: 'https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol',
  examples: { fails: web('http'), passes: web('https') },

  *check(objects) {
    for (const object of objects.ofKind('Service')) {
      for (const [index, { name = '', port, targetPort, protocol = 'TCP', appProtocol }] of (object.spec?.ports ?? []).entries()) {
        const words = name.toLowerCase().split('-');
        const said = ['tcp', 'udp', 'sctp'].find((word) => words.includes(word));
        // A load balancer may end TLS in front of it: then port and target differ.
        const same = targetPort === undefined || targetPort === port;
        const wrong = said && said.toUpperCase() !== protocol && words.filter((word) => ['tcp', 'udp'].includes(word)).length === 1 ? `its protocol is ${protocol}`
          : !appProtocol && same && name === 'http' && port === 443 ? '443 is the port of HTTPS'
            : !appProtocol && same && name === 'https' && port === 80 ? '80 is the port of plain HTTP' : undefined;
        if (wrong) yield { object, field: `spec.ports[${index}].name`, message: `the port is named ${name}, and ${wrong}`, fix: 'correct the name, or the port' };
      }
    }
  },
};
