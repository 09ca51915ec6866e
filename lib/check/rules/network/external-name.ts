import { tryParseAddress } from '../../../base/cidr';
import type { Rule } from '../../rule';

const db = (name: string) => `
apiVersion: v1
kind: Service
metadata: { name: db }
spec:
  type: ExternalName
  externalName: ${name}
`;

/** An ExternalName that is an address, or that leads nowhere. */
export const externalName: Rule = {
  id: 'external-name',
  severity: 'error',
  summary: 'The external name cannot be resolved',
  why: 'An ExternalName is a CNAME record of DNS: an address in it is taken for a name, which does not exist, and localhost is the pod that asks.',
  seeAlso: 'https://kubernetes.io/docs/concepts/services-networking/service/#externalname',
  examples: { fails: db('10.20.0.7'), passes: db('db.example.com') },

  *check(objects) {
    for (const object of objects.ofKind('Service')) {
      const { type, externalName: name } = object.spec ?? {};
      if (type !== 'ExternalName' || typeof name !== 'string') continue;
      const bare = name.replace(/\.$/, '').toLowerCase();
      const field = 'spec.externalName';
      if (tryParseAddress(bare) !== undefined) yield { object, field, message: `${name} is an address`, fix: 'use a Service without a selector, and an EndpointSlice with the address' };
      else if (bare === 'localhost') yield { object, field, message: 'localhost is whoever asks', fix: 'use a name that means the same machine for everybody' };
      else if (bare === object.metadata.name) yield { object, field, message: `${name} is the Service itself`, fix: 'use the full name of the host outside' };
    }
  },
};
