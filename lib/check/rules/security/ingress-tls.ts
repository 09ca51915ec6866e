import type { Rule } from '../../rule';

/** TLS was meant for this Ingress, and one of its hosts has none. One without any TLS may well be behind something that has it. */
export const ingressTls: Rule = {
  id: 'ingress-tls',
  severity: 'warning',
  summary: 'A host of the Ingress has no TLS, although the Ingress has',
  why: 'Requests to this host are answered in plain text, or with the certificate of another host, which browsers refuse. Most often a host was added to the rules and not to the list under tls.',
  seeAlso: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#tls',
  examples: {
    fails: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop }
spec:
  tls: [{ hosts: [shop.example.com], secretName: shop-tls }]
  rules:
    - host: shop.example.com
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }
    - host: admin.example.com
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: admin, port: { number: 80 } } } }] }
`,
    passes: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop }
spec:
  tls: [{ hosts: [shop.example.com, admin.example.com], secretName: shop-tls }]
  rules:
    - host: shop.example.com
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }
    - host: admin.example.com
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: admin, port: { number: 80 } } } }] }
`,
  },

  *check(objects) {
    for (const ingress of objects.ofKind('Ingress')) {
      const { rules = [], tls = [] } = ingress.spec ?? {};
      const issuer = Object.keys(ingress.metadata.annotations ?? {}).find((key) => /^cert-manager\.io\/(cluster-)?issuer$/.test(key));
      if (tls.length === 0) {
        if (issuer) yield { object: ingress, field: 'spec.tls', message: `the annotation ${issuer} asks for certificates, and spec.tls names no host to get one for`, fix: 'list the hosts and a secretName under spec.tls' };
        continue;
      }
      const secured = tls.flatMap(({ hosts = [] }) => hosts);
      if (tls.some(({ hosts }) => !hosts?.length)) continue; // one certificate for whatever it is good for
      for (const [index, { host }] of rules.entries()) {
        if (host && !secured.some((name) => name === host || (name.startsWith('*.') && host.slice(host.indexOf('.')) === name.slice(1)))) {
          yield { object: ingress, field: `spec.rules[${index}].host`, message: `${host} is not among the hosts of spec.tls (${secured.join(', ')})`, fix: 'add it there, with a certificate that is good for it' };
        }
      }
    }
  },
};
