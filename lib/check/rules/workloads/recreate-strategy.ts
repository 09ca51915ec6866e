import type { Deployment } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import type { Rule } from '../../rule';
import { servicesOf } from '../../services-of';

/** Every update ends all copies before it starts new ones, where nothing asks for that. */
export const recreateStrategy: Rule = {
  id: 'recreate-strategy',
  severity: 'warning',
  summary: 'Every update of what a Service sends to is an outage',
  why: 'With the strategy Recreate all pods are ended before the first new one is started, and requests are refused in between; when the new ones do not start, until somebody notices. It is for what cannot run twice at a time, such as a process with a volume that only one pod may have.',
  seeAlso: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy',
  examples: {
    fails: `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  strategy: { type: Recreate }
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: nginx:1.27.3 }]
`,
    passes: `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: nginx:1.27.3 }]
`,
  },

  *check(objects) {
    for (const template of objects.podTemplates) {
      if (template.object.kind !== 'Deployment' || (template.object as unknown as DeepReadonly<Deployment>).spec.strategy?.type !== 'Recreate') continue;
      const [service] = servicesOf(objects, template);
      const once = (template.spec.volumes ?? []).some(({ persistentVolumeClaim, hostPath }) => persistentVolumeClaim ?? hostPath)
        || template.spec.hostNetwork || template.containers.some(({ container }) => container.ports?.some(({ hostPort }) => hostPort));
      if (!service || once) continue;
      yield {
        object: template.object, field: 'spec.strategy.type',
        message: `Service ${service.metadata.name} has nobody to send to during an update, and the pod has nothing that only one copy may have`,
        fix: 'use RollingUpdate with maxUnavailable: 0',
      };
    }
  },
};
