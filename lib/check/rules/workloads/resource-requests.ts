import { containersIn, isLongRunning } from '../../containers-in';
import type { CheckedObjects } from '../../checked-objects';
import type { Rule } from '../../rule';

/** A container whose needs nobody wrote down is placed anywhere and ended first. A limit counts as a request, as the server takes it for one. */
export const resourceRequests: Rule = {
  id: 'resource-requests',
  severity: 'warning',
  summary: 'The container does not say how much CPU and memory it needs',
  why: 'The scheduler counts it as nothing and puts it on a node that is full already. When memory runs out there, the pods that requested none are ended first, and under load they get the least CPU. An autoscaler cannot compute a percentage of nothing either.',
  seeAlso: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - { name: web, image: nginx:1.27.3 }
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: nginx:1.27.3
      resources: { requests: { cpu: 50m, memory: 64Mi }, limits: { memory: 128Mi } }
`,
  },

  *check(objects) {
    for (const checked of containersIn(objects)) {
      const { container, path, template } = checked;
      if (!isLongRunning(checked)) continue; // an init container's needs end with it
      const { requests, limits } = container.resources ?? {};
      const missing = ['cpu', 'memory'].filter((name) => requests?.[name] === undefined && limits?.[name] === undefined && !defaulted(objects, template.object.metadata.namespace, name));
      if (missing.length === 0) continue;
      yield {
        object: template.object, field: `${path}.resources`,
        message: `container ${container.name} requests no ${missing.join(' and no ')}`,
        fix: `set ${missing.map((name) => `resources.requests.${name}`).join(' and ')} to what it uses in a quiet hour${missing.includes('memory') ? ', and resources.limits.memory to the most it may ever use' : ''}`,
      };
    }
  },
};

/** Whether a LimitRange among the manifests fills it in. */
function defaulted(objects: CheckedObjects, namespace: string | undefined, name: string): boolean {
  return objects.inNamespace('LimitRange', namespace).some(({ spec }) => spec?.limits.some((limit) => limit.type === 'Container' && (limit.defaultRequest?.[name] ?? limit.default?.[name]) !== undefined));
}
