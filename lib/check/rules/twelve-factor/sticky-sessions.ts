import { STICKY_SESSIONS_ANNOTATION } from '../../../api/label-keys';
import type { Rule } from '../../rule';

const AFFINITY = [
  'nginx.ingress.kubernetes.io/affinity', 'traefik.ingress.kubernetes.io/service.sticky.cookie', 'traefik.ingress.kubernetes.io/affinity',
  'haproxy.org/cookie-persistence', 'haproxy-ingress.github.io/affinity', 'appgw.ingress.kubernetes.io/cookie-based-affinity', 'nginx.org/sticky-cookie-services',
];

const web = (affinity: string) => `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { ${affinity}selector: { app: web }, ports: [{ port: 80 }] }
`;

/** Each client is sent to the same copy again, which only matters to a process that remembers clients (factor VI). */
export const stickySessions: Rule = {
  id: 'sticky-sessions',
  severity: 'warning',
  summary: 'Sessions stick to one copy, without a stated reason',
  why: 'It hides state in the process: an update or a crash logs people out, load is spread unevenly, and clients behind one address all go to the same copy. Keep sessions in a backing service such as Redis, or in signed cookies.',
  seeAlso: 'https://12factor.net/processes',
  examples: { fails: web('sessionAffinity: ClientIP, '), passes: web('') },

  *check(objects) {
    const fix = 'keep sessions in a backing service and remove it; if a copy has something that others do not, ignore the finding with that as the reason';
    for (const object of objects.ofKind('Service')) {
      if (object.spec?.sessionAffinity === 'ClientIP' && !object.metadata.annotations?.[STICKY_SESSIONS_ANNOTATION]) yield { object, field: 'spec.sessionAffinity', message: 'each client is sent to the same copy again', fix };
    }
    for (const object of [...objects.ofKind('Ingress'), ...objects.ofKind('Service')]) {
      const annotations = object.metadata.annotations ?? {};
      const key = AFFINITY.find((candidate) => candidate in annotations && !['', 'false', 'none'].includes(annotations[candidate]));
      if (key && !annotations[STICKY_SESSIONS_ANNOTATION]) yield { object, field: `metadata.annotations[${key}]`, message: 'each client is sent to the same copy again', fix };
    }
  },
};
