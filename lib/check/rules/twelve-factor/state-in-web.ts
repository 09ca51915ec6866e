import type { Service } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import type { CheckedObjects } from '../../checked-objects';
import { exclusiveClaimsOf } from '../../claims-of';
import type { Rule } from '../../rule';
import { servicesOf } from '../../services-of';

const web = (volume: string) => `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: uploads }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  strategy: { type: Recreate }
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: shop:1.4.2, volumeMounts: [{ name: uploads, mountPath: /uploads }] }]
      volumes: [{ name: uploads, ${volume} }]
`;

/** Requests from outside reach a process that keeps its state in a volume of its own (factor VI). */
export const stateInWeb: Rule = {
  id: 'state-in-web',
  severity: 'warning',
  summary: 'A web process keeps state in a volume',
  why: 'Only one copy can have the volume: the process cannot be scaled, every update is an outage, and a node that fails takes the site with it until the volume is free. State belongs into a backing service: a database, or storage that speaks S3.',
  seeAlso: 'https://12factor.net/processes',
  examples: { fails: web('persistentVolumeClaim: { claimName: uploads }'), passes: web('emptyDir: {}') },

  *check(objects) {
    const isOpen = openServices(objects);
    for (const template of objects.podTemplates) {
      if (template.object.kind !== 'Deployment') continue; // a StatefulSet says that it has state
      const claims = exclusiveClaimsOf(objects, template);
      const outer = claims.length > 0 ? servicesOf(objects, template).find(isOpen) : undefined;
      if (!outer) continue;
      for (const { claim, field } of claims) {
        yield { object: template.object, field, message: `Service ${outer.metadata.name} brings requests from outside, and claim ${claim.metadata.name} is for one copy only`, fix: 'keep the state in a backing service; or make it a StatefulSet, which says that it has state' };
      }
    }
  },
};

/** Whether requests come from outside the cluster to a Service. */
function openServices(objects: CheckedObjects): (service: DeepReadonly<Service>) => boolean {
  const key = (namespace: string | undefined, name: string | undefined) => `${namespace ?? ''}/${name ?? ''}`;
  const behindIngress = new Set(objects.ofKind('Ingress').flatMap(({ spec, metadata: { namespace } }) =>
    [spec?.defaultBackend, ...(spec?.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend))].map((backend) => key(namespace, backend?.service?.name))));
  return ({ spec, metadata: { name, namespace } }) => spec.type === 'LoadBalancer' || spec.type === 'NodePort' || behindIngress.has(key(namespace, name));
}
