import { tryParseAddress } from '../../../base/cidr';
import { tryBackingServiceHost } from '../../addresses-in';
import { containersIn } from '../../containers-in';
import type { Rule } from '../../rule';

const pod = (host: string) => `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: shop:1.4.2
      env: [{ name: DATABASE_URL, value: 'postgres://shop@${host}:5432/shop' }]
`;

/** A backing service by its address (factor IV). */
export const backingServiceAddress: Rule = {
  id: 'backing-service-address',
  severity: 'warning',
  summary: 'A backing service is named by an IP address',
  why: 'Addresses change when a machine is replaced, and those of pods and Services with every new cluster; no certificate is for them, and nobody sees what they mean. A name stays, and can be led elsewhere without a release.',
  seeAlso: 'https://12factor.net/backing-services',
  examples: { fails: pod('10.20.0.7'), passes: pod('db.example.internal') },

  *check(objects) {
    for (const { container, path, template: { object } } of containersIn(objects)) {
      for (const [index, { name, value }] of (container.env ?? []).entries()) {
        const host = value ? tryBackingServiceHost(name, value) : undefined;
        const address = host === undefined ? undefined : tryParseAddress(host);
        if (address === undefined || !host || /^(127\.|0\.|169\.254\.)/.test(host)) continue;
        yield { object, field: `${path}.env[${index}].value`, message: `${name} leads to ${host}`, fix: 'use a DNS name; for a machine outside the cluster, a Service without selector and an EndpointSlice give it one' };
      }
    }
  },
};
