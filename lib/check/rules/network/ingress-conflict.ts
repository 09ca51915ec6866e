import type { Ingress } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import type { Rule } from '../../rule';

const ingress = (name: string, path: string) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name} }
spec:
  rules:
    - host: shop.example.com
      http: { paths: [{ path: ${path}, pathType: Prefix, backend: { service: { name: ${name}, port: { number: 80 } } } }] }
---`;

/** The same host and path twice: one of the two gets no requests. */
export const ingressConflict: Rule = {
  id: 'ingress-conflict',
  severity: 'warning',
  summary: 'Two rules take the same host and path',
  why: 'Only one of them gets the requests, and which one is the choice of the ingress controller: often that of the older object, so that a new cluster behaves differently.',
  seeAlso: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#multiple-matches',
  examples: { fails: `${ingress('web', '/')}${ingress('api', '/')}`, passes: `${ingress('web', '/')}${ingress('api', '/api')}` },

  *check(objects) {
    const seen = new Map<string, { readonly ingress: DeepReadonly<Ingress>; readonly field: string }>();
    for (const object of objects.ofKind('Ingress')) {
      if (sharesOnPurpose(object)) continue;
      const { rules = [], ingressClassName } = object.spec ?? {};
      const className = ingressClassName ?? object.metadata.annotations?.['kubernetes.io/ingress.class'] ?? '';
      for (const [rule, { host = '*', http }] of rules.entries()) {
        for (const [index, { path = '/', pathType, backend }] of (http?.paths ?? []).entries()) {
          if (!backend?.service) continue;
          const field = `spec.rules[${rule}].http.paths[${index}].path`;
          const key = [className, host.toLowerCase(), pathType, pathType === 'Prefix' ? path.replace(/(.)\/$/, '$1') : path].join('\n');
          const first = seen.get(key);
          if (first) yield { object, field, message: `${host}${path} is taken by ${first.ingress === object ? first.field : `Ingress ${first.ingress.metadata.name}`} already`, fix: 'remove one of the two, or give it a path or host of its own' };
          else seen.set(key, { ingress: object, field });
        }
      }
    }
  },
};

/** Canaries and merged Ingresses are told apart by what is in annotations. */
const sharesOnPurpose = ({ metadata }: DeepReadonly<Ingress>) => Object.keys(metadata.annotations ?? {}).some((key) => /canary|weight|priority|mergeable|traffic|conditions\./.test(key));
