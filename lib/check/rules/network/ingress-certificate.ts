import { tryConfigKeys } from '../../config-keys';
import { dangling } from '../../dangling';
import type { Rule } from '../../rule';

const KEYS = ['tls.crt', 'tls.key'];

const shop = (key: string) => `
apiVersion: v1
kind: Secret
metadata: { name: shop-tls }
type: Opaque
data: { ${key}: LS0t, tls.key: LS0t }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop }
spec:
  tls: [{ hosts: [shop.example.com], secretName: shop-tls }]
  defaultBackend: { service: { name: web, port: { number: 80 } } }
`;

/** The certificate of an Ingress is mistyped, or no certificate. */
export const ingressCertificate: Rule = {
  id: 'ingress-certificate',
  severity: 'warning',
  summary: 'The Ingress has no certificate it can use',
  why: 'Without a Secret with tls.crt and tls.key of its own the controller serves its self-signed default certificate: browsers refuse the site, though nothing says that something is wrong.',
  seeAlso: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#tls',
  examples: { fails: shop('certificate.pem'), passes: shop('tls.crt') },

  *check(objects) {
    for (const object of objects.ofKind('Ingress')) {
      const { namespace } = object.metadata;
      for (const [index, { secretName: name }] of (object.spec?.tls ?? []).entries()) {
        if (!name) continue;
        const field = `spec.tls[${index}].secretName`;
        const keys = tryConfigKeys(objects, 'Secret', namespace, name);
        const missing = keys && KEYS.filter((key) => !keys.includes(key));
        if (!missing) yield* dangling(objects, [{ object, field, kind: 'Secret', namespace, name }], []);
        else if (missing.length > 0) yield { object, field, message: `Secret ${name} has no ${missing.join(' and no ')}`, fix: 'make it with kubectl create secret tls, or name its keys tls.crt and tls.key' };
      }
    }
  },
};
